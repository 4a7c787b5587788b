// Activations.
#include "bindings.h"

namespace proxnet::python {

namespace {

const std::map<std::string, Activation::Kind>& activation_kinds() {
  static const std::map<std::string, Activation::Kind> all = {
      {"linear", Activation::kLinear},
      {"relu", Activation::kRelu},
      {"sigmoid", Activation::kSigmoid},
      {"tanh", Activation::kTanh},
      {"softmax", Activation::kSoftmax},
      {"leaky_relu", Activation::kLeakyRelu},
      {"clipped_relu", Activation::kClippedRelu},
      {"elu", Activation::kElu},
      {"selu", Activation::kSelu},
      {"softplus", Activation::kSoftplus},
      {"softsign", Activation::kSoftsign},
      {"hard_sigmoid", Activation::kHardSigmoid},
      {"exponential", Activation::kExponential},
      {"log_softmax", Activation::kLogSoftmax},
      {"gelu", Activation::kGelu},
      {"gelu_tanh", Activation::kGeluTanh},
      {"silu", Activation::kSilu},
      {"mish", Activation::kMish},
  };
  return all;
}

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
             const auto found = activation_kinds().find(name);
             check(found != activation_kinds().end(), "[Activation] unknown name '", name, "'");
             const Activation a(found->second, parameter, ceiling);
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
  for (const auto& [name, kind] : activation_kinds()) activation.attr(name.c_str()) = Activation(kind);
}

}  // namespace proxnet::python
