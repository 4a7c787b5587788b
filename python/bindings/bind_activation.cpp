// Activations.
#include "bindings.h"

namespace proxnet::python {

namespace {

template <class T> Array<T> applied(const Activation& activation, const py::array& x) {
  const auto rows = view<T>(x, "x");
  Array<T> out(std::vector<py::ssize_t>(x.shape(), x.shape() + x.ndim()));
  apply<T>(activation, rows, {out.mutable_data(), rows.rows, rows.cols});
  return out;
}

}  // namespace

void bind_activation(py::module_& m) {
  py::class_<Activation> activation(m, "Activation");
  activation
      .def(py::init([](const std::string& name, double parameter, double ceiling) {
             const auto kind = activation_kind(name);
             check(kind.has_value(), "[Activation] unknown name '", name, "'");
             const Activation a(*kind, parameter, ceiling);
             check_activation(a, 2, "[Activation]");
             return a;
           }),
           py::arg("name"), py::arg("parameter") = 0.0, py::arg("ceiling") = 6.0)
      .def_readonly("parameter", &Activation::parameter)
      .def_readonly("ceiling", &Activation::ceiling)
      .def("apply", [](const Activation& a, const py::array& x) -> py::array {
        if (py::isinstance<py::array_t<double>>(x)) return applied<double>(a, x);
        return applied<float>(a, x);
      });
  for (const std::string_view name : activation_names())
    activation.attr(std::string(name).c_str()) = Activation(*activation_kind(name));
}

}  // namespace proxnet::python
