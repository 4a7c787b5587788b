// Everything training moves, by name: what a model file holds. New kinds of weights and state are named here and
// nowhere else.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "layers/array_rules.h"
#include "layers/parameters.h"

namespace proxnet {

// A matrix (rows, cols) in panels; a vector has no rows.
template <class T> struct NamedArray {
  std::string name;
  bool state = false;         // the optimizer's
  bool not_negative = false;  // what its numbers must be
  std::size_t rows = 0, cols = 0;
  Buffer<T>* values = nullptr;

  std::size_t matrix_rows() const { return rows ? rows : 1; }
  std::size_t count() const { return matrix_rows() * cols; }
};

template <class T>
std::vector<NamedArray<T>> named_arrays(Parameters<T>& parameters, const std::vector<Layer>& layers);

// A number of the optimizer's or of a penalty's progress.
struct NamedNumber {
  std::string name;
  std::variant<std::uint64_t*, double*, bool*> value;

  bool real() const { return std::holds_alternative<double*>(value); }
  // As a file holds it: a double's bits, or a whole number.
  std::uint64_t bits() const;
  // Whether a whole number is one that training can have left here.
  bool accepts(std::uint64_t bits) const;
  void take(std::uint64_t bits) const;
};

template <class T>
std::vector<NamedNumber> named_numbers(Parameters<T>& parameters, const std::vector<Layer>& layers,
                                       const std::vector<ArrayRule>& rules);

}  // namespace proxnet
