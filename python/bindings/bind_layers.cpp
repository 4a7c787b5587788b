// Layers beside Dense and Dropout, and the moments of columns that a Normalization takes.
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
