// What the bindings of linear models share: a design with the arrays it reads, and vectors in float64.
#pragma once

#include "bindings.h"

namespace proxnet::python {

// Keeps the arrays that the design reads.
struct DesignHandle {
  std::shared_ptr<const Design> design;
  std::vector<py::object> arrays;
};

inline bool is_line(const py::array& a) { return a.ndim() == 1 && (a.flags() & py::array::c_style); }

inline const double* numbers(const py::array& a, std::size_t count, const char* name) {
  if (!py::isinstance<Array<double>>(a) || !is_line(a) || static_cast<std::size_t>(a.size()) != count)
    throw py::type_error(std::string("[_core] ") + name + " must be a contiguous float64 vector of the right length");
  return static_cast<const double*>(a.data());
}
inline const double* numbers(const std::optional<py::array>& a, std::size_t count, const char* name) {
  return a ? numbers(*a, count, name) : nullptr;
}

inline py::array_t<double> array(const std::vector<double>& v) {
  return py::array_t<double>(static_cast<py::ssize_t>(v.size()), v.data());
}
inline py::array_t<double> array(const std::vector<double>& v, std::vector<std::size_t> shape) {
  return py::array_t<double>(std::vector<py::ssize_t>(shape.begin(), shape.end()), v.data());
}

}  // namespace proxnet::python
