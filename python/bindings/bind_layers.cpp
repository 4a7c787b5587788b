// Layers, and the column moments for Normalization.
#include "bindings.h"

namespace proxnet::python {

namespace {

template <class T> ColumnMoments moments(const py::array& x) {
  const DenseRows<T> rows(view<T>(x, "x"));
  const ReleaseGil release;
  return column_moments<T>(rows, "[adapt]", "data");
}

}  // namespace

void bind_layers(py::module_& m) {
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
  py::class_<ActivationLayer>(m, "ActivationLayer")
      .def(py::init([](const Activation& activation, std::pair<double, double> activity) {
             return ActivationLayer{activation, {activity.first, activity.second}};
           }),
           py::arg("activation"), py::arg("activity") = std::pair(0.0, 0.0));
  py::class_<ActivityRegularization>(m, "ActivityRegularization")
      .def(py::init([](double l1_strength, double l2_strength) {
             return ActivityRegularization{{l1_strength, l2_strength}};
           }),
           py::arg("l1"), py::arg("l2"));
  py::class_<BatchNormalization>(m, "BatchNormalization")
      .def(py::init([](double momentum, double epsilon, bool center, bool scale, const Penalty& beta_penalty,
                       const Penalty& gamma_penalty, const Constraint& beta_constraint,
                       const Constraint& gamma_constraint, const Initializer& beta, const Initializer& gamma,
                       const Initializer& moving_mean, const Initializer& moving_variance, bool trainable) {
             return BatchNormalization{momentum,      epsilon,         center,           scale, beta_penalty,
                                       gamma_penalty, beta_constraint, gamma_constraint, beta,  gamma,
                                       moving_mean,   moving_variance, trainable};
           }),
           py::arg("momentum"), py::arg("epsilon"), py::arg("center"), py::arg("scale"), py::arg("beta_penalty"),
           py::arg("gamma_penalty"), py::arg("beta_constraint"), py::arg("gamma_constraint"),
           py::arg("beta_initializer"), py::arg("gamma_initializer"), py::arg("moving_mean_initializer"),
           py::arg("moving_variance_initializer"), py::arg("trainable"));
  py::class_<Normalization>(m, "Normalization")
      .def(py::init([](std::vector<double> mean, std::vector<double> variance, bool invert) {
             return Normalization{std::move(mean), std::move(variance), invert};
           }),
           py::arg("mean"), py::arg("variance"), py::arg("invert"));
  py::class_<ColumnSelection>(m, "ColumnSelection")
      .def(py::init([](std::vector<std::size_t> columns) { return ColumnSelection{std::move(columns)}; }),
           py::arg("columns"));
  py::class_<ColumnMoments>(m, "ColumnMoments")
      .def_readonly("rows", &ColumnMoments::rows)
      .def_readonly("mean", &ColumnMoments::mean)
      .def_readonly("variance", &ColumnMoments::variance)
      .def("merged", &merged, py::arg("other"));
  m.def(
      "column_moments",
      [](const py::array& x) {
        return py::isinstance<py::array_t<double>>(x) ? moments<double>(x) : moments<float>(x);
      },
      py::arg("x"));
}

}  // namespace proxnet::python
