// All weights and state by name: the contents of a model file. New kinds get their names here and nowhere else.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "layers/parameter_specs.h"
#include "layers/parameters.h"

namespace proxnet {

// A matrix (rows, cols) in panels, or a vector (rows == 0).
template <class T> struct NamedArray {
  std::string name;
  bool state = false;         // of the optimizer
  bool not_negative = false;  // required of its values
  std::size_t rows = 0, cols = 0;
  Buffer<T>* values = nullptr;

  std::size_t matrix_rows() const { return rows ? rows : 1; }
  std::size_t count() const { return matrix_rows() * cols; }
};

template <class T>
std::vector<NamedArray<T>> named_arrays(Parameters<T>& parameters, const std::vector<Layer>& layers);

// A scalar of the optimizer's or a penalty's state.
struct NamedNumber {
  std::string name;
  std::variant<std::uint64_t*, double*, bool*> value;

  bool real() const { return std::holds_alternative<double*>(value); }
  // In the file: the bits of a double, or an integer.
  std::uint64_t bits() const;
  // Whether training could have produced this integer.
  bool accepts(std::uint64_t bits) const;
  void take(std::uint64_t bits) const;
};

template <class T>
std::vector<NamedNumber> named_numbers(Parameters<T>& parameters, const std::vector<Layer>& layers,
                                       const std::vector<ParameterSpec>& specs);

}  // namespace proxnet
