// Numbers of the core as an array of several dimensions.
#pragma once

#include "linear_arguments.h"

namespace proxnet::python {

inline py::array_t<double> array(const std::vector<double>& v, std::vector<std::size_t> shape) {
  return py::array_t<double>(std::vector<py::ssize_t>(shape.begin(), shape.end()), v.data());
}

}  // namespace proxnet::python
