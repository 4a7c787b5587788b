// Everything training moves, by name: what a model file holds. New kinds of weights and state are named here and
// nowhere else.
#pragma once

#include <string>
#include <vector>

#include "parameters.h"

namespace proxnet {

// A matrix (rows, cols) in panels; a vector has no rows.
template <class T> struct NamedArray {
  std::string name;
  bool state = false;  // the optimizer's
  std::size_t rows = 0, cols = 0;
  Buffer<T>* values = nullptr;

  std::size_t matrix_rows() const { return rows ? rows : 1; }
  std::size_t count() const { return matrix_rows() * cols; }
};

template <class T>
std::vector<NamedArray<T>> named_arrays(Parameters<T>& parameters, const std::vector<Layer>& layers);

// One number of the optimizer's progress: one of the two is set.
struct NamedNumber {
  std::string name;
  std::uint64_t* whole = nullptr;
  double* real = nullptr;
};

std::vector<NamedNumber> named_numbers(OptimizerProgress& progress);

}  // namespace proxnet
