// Layers.
#include "bindings.h"

namespace proxnet::python {

void bind_parts(py::module_& m) {
  py::class_<Dense>(m, "Dense")
      .def(py::init([](std::size_t units, const Activation& activation, const Penalty& kernel_penalty,
                       const Penalty& bias_penalty, bool use_bias, const Initializer& kernel_initializer,
                       const Initializer& bias_initializer, const Constraint& kernel_constraint,
                       const Constraint& bias_constraint, SparsityTarget kernel_target, bool trainable,
                       std::pair<double, double> activity) {
             Dense layer{units,    activation,         kernel_penalty,  bias_penalty,
                         use_bias, kernel_initializer, bias_initializer};
             layer.kernel_constraint = kernel_constraint, layer.bias_constraint = bias_constraint;
             layer.kernel_target = kernel_target, layer.trainable = trainable;
             layer.activity = {activity.first, activity.second};
             return layer;
           }),
           py::arg("units"), py::arg("activation") = Activation(), py::arg("kernel_penalty") = Penalty{},
           py::arg("bias_penalty") = Penalty{}, py::arg("use_bias") = true,
           py::arg("kernel_initializer") = Initializer(Initializer::kGlorotUniform),
           py::arg("bias_initializer") = Initializer(), py::arg("kernel_constraint") = Constraint{},
           py::arg("bias_constraint") = Constraint{}, py::arg("kernel_target") = SparsityTarget::kNone,
           py::arg("trainable") = true, py::arg("activity") = std::pair(0.0, 0.0));
  py::class_<Dropout>(m, "Dropout")
      .def(py::init([](double rate, std::optional<std::uint64_t> seed) { return Dropout{rate, seed}; }),
           py::arg("rate"), py::arg("seed") = py::none());
}

}  // namespace proxnet::python
