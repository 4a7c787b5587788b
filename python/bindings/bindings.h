// Shared by the binding files: one bind function per file, and views of arrays, which are checked but not converted.
#pragma once

#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <map>
#include <optional>

#include "gil.h"
#include "proxnet/proxnet.h"

namespace proxnet::python {

namespace py = pybind11;

void bind_runtime(py::module_& m);
void bind_activation(py::module_& m);
void bind_initializer(py::module_& m);
void bind_loss(py::module_& m);
void bind_metric(py::module_& m);
void bind_penalties(py::module_& m);
void bind_layers(py::module_& m);
void bind_optimizers(py::module_& m);
void bind_network(py::module_& m);
void bind_file(py::module_& m);
void bind_predictor(py::module_& m);
void bind_training(py::module_& m);
void bind_linear(py::module_& m);
void bind_ridge(py::module_& m);
void bind_groups(py::module_& m);
void bind_penalized(py::module_& m);
void bind_glm(py::module_& m);

template <class T> using Array = py::array_t<T>;

// A view of a C-contiguous array of dtype T with one or two dimensions; one dimension is one row, or one column.
template <class T> ConstMatrixView<T> view(const py::array& a, const char* name, bool vector_is_column = false) {
  if (!py::isinstance<py::array_t<T>>(a) || !(a.flags() & py::array::c_style) || a.ndim() < 1 || a.ndim() > 2)
    throw py::type_error(std::string("[_core] ") + name + " must be a C-contiguous array of the network's dtype");
  const T* data = static_cast<const T*>(a.data());
  const auto size = [&](int d) { return static_cast<std::size_t>(a.shape(d)); };
  if (a.ndim() == 1)
    return vector_is_column ? ConstMatrixView<T>(data, size(0), 1) : ConstMatrixView<T>(data, 1, size(0));
  return {data, size(0), size(1)};
}

// `with` for a class with close(). The interpreter itself calls these, so that no Ctrl-C falls in between.
template <class Class> void bind_context(Class& handle) {
  handle.def("__enter__", [](const py::object& self) { return self; });
  handle.def("__exit__", [](typename Class::type& self, const py::args&) { self.close(); });
}

// True when Python has an interrupt to deliver; the Python error is then set.
bool python_interrupted();

}  // namespace proxnet::python
