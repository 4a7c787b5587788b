// Numbers of the core as a numpy array, of one dimension or of a shape.
#pragma once

#include "bindings.h"

namespace proxnet::python {

inline py::array_t<double> array(const std::vector<double>& v, std::vector<std::size_t> shape) {
  return py::array_t<double>(std::vector<py::ssize_t>(shape.begin(), shape.end()), v.data());
}
inline py::array_t<double> array(const std::vector<double>& v) { return array(v, {v.size()}); }

}  // namespace proxnet::python
