// Activations, losses, metrics, penalties, layers, optimizers.
#include <pybind11/native_enum.h>

#include "bindings.h"

namespace proxnet::python {

namespace {

template <class T> Array<T> prox_array(const Penalty& p, const py::array& point, const py::array& metric) {
  const auto x = view<T>(point, "point"), t = view<T>(metric, "metric");
  check(x.rows == t.rows && x.cols == t.cols, "[prox] point and metric must have the same shape");
  Array<T> out(std::vector<py::ssize_t>(point.shape(), point.shape() + point.ndim()));
  prox(p, x.data, t.data, out.mutable_data(), x.rows * x.cols);
  return out;
}

template <class T> double distance(const Penalty& p, const py::array& w, const py::array& gradient) {
  const auto x = view<T>(w, "w"), g = view<T>(gradient, "gradient");
  check(x.rows == g.rows && x.cols == g.cols, "[subdiff_distance] w and gradient must have the same shape");
  return subdiff_distance(p, x.data, g.data, x.rows * x.cols);
}

bool is_double(const py::array& a) { return py::isinstance<py::array_t<double>>(a); }

void bind_enums(py::module_& m) {
  py::native_enum<Activation>(m, "Activation", "enum.Enum")
      .value("linear", Activation::kLinear)
      .value("relu", Activation::kRelu)
      .value("sigmoid", Activation::kSigmoid)
      .value("tanh", Activation::kTanh)
      .value("softmax", Activation::kSoftmax)
      .finalize();
  py::native_enum<Loss>(m, "Loss", "enum.Enum")
      .value("mean_squared_error", Loss::kMeanSquaredError)
      .value("binary_crossentropy", Loss::kBinaryCrossentropy)
      .value("categorical_crossentropy", Loss::kCategoricalCrossentropy)
      .value("sparse_categorical_crossentropy", Loss::kSparseCategoricalCrossentropy)
      .finalize();
  py::native_enum<Metric>(m, "Metric", "enum.Enum")
      .value("binary_accuracy", Metric::kBinaryAccuracy)
      .value("categorical_accuracy", Metric::kCategoricalAccuracy)
      .value("sparse_categorical_accuracy", Metric::kSparseCategoricalAccuracy)
      .value("mean_squared_error", Metric::kMeanSquaredError)
      .value("mean_absolute_error", Metric::kMeanAbsoluteError)
      .finalize();
  py::native_enum<Initializer>(m, "Initializer", "enum.Enum")
      .value("zeros", Initializer::kZeros)
      .value("ones", Initializer::kOnes)
      .value("glorot_uniform", Initializer::kGlorotUniform)
      .value("glorot_normal", Initializer::kGlorotNormal)
      .value("he_uniform", Initializer::kHeUniform)
      .value("he_normal", Initializer::kHeNormal)
      .finalize();
  py::native_enum<PenaltyStep>(m, "PenaltyStep", "enum.Enum")
      .value("proximal", PenaltyStep::kProximal)
      .value("subgradient", PenaltyStep::kSubgradient)
      .finalize();
}

}  // namespace

void bind_parts(py::module_& m) {
  bind_enums(m);
  py::class_<Penalty>(m, "Penalty")
      .def(py::init([](double l1_strength, double l2_strength) {
             const Penalty p{l1_strength, l2_strength};
             check_penalty(p, "[Penalty]");
             return p;
           }),
           py::arg("l1") = 0.0, py::arg("l2") = 0.0)
      .def_readonly("l1", &Penalty::l1)
      .def_readonly("l2", &Penalty::l2)
      .def("value",
           [](const Penalty& p, const py::array& w) {
             if (is_double(w)) return value(p, view<double>(w, "w").data, static_cast<std::size_t>(w.size()));
             return value(p, view<float>(w, "w").data, static_cast<std::size_t>(w.size()));
           })
      .def("prox",
           [](const Penalty& p, const py::array& point, const py::array& metric) -> py::array {
             if (is_double(point)) return prox_array<double>(p, point, metric);
             return prox_array<float>(p, point, metric);
           })
      .def("subdiff_distance",
           [](const Penalty& p, const py::array& w, const py::array& gradient) {
             return is_double(w) ? distance<double>(p, w, gradient) : distance<float>(p, w, gradient);
           })
      .def("strength_max", [](const Penalty& p, const py::array& g) {
        if (is_double(g)) return strength_max(p, view<double>(g, "gradient").data, static_cast<std::size_t>(g.size()));
        return strength_max(p, view<float>(g, "gradient").data, static_cast<std::size_t>(g.size()));
      });

  py::class_<Dense>(m, "Dense")
      .def(py::init([](std::size_t units, Activation activation, const Penalty& kernel_penalty,
                       const Penalty& bias_penalty, bool use_bias, Initializer kernel_initializer,
                       Initializer bias_initializer, bool trainable) {
             return Dense{units,    activation,         kernel_penalty,   bias_penalty,
                          use_bias, kernel_initializer, bias_initializer, trainable};
           }),
           py::arg("units"), py::arg("activation") = Activation::kLinear, py::arg("kernel_penalty") = Penalty{},
           py::arg("bias_penalty") = Penalty{}, py::arg("use_bias") = true,
           py::arg("kernel_initializer") = Initializer::kGlorotUniform,
           py::arg("bias_initializer") = Initializer::kZeros, py::arg("trainable") = true);
  py::class_<Dropout>(m, "Dropout").def(py::init([](double rate) { return Dropout{rate}; }), py::arg("rate"));

  py::class_<Optimizer>(m, "Optimizer")
      .def_readonly("learning_rate", &Optimizer::learning_rate)
      .def_static("sgd", &sgd, py::arg("learning_rate"), py::arg("momentum"), py::arg("nesterov"))
      .def_static(
          "adam",
          [](double learning_rate, double beta_1, double beta_2, double epsilon) {
            Optimizer o = adam(learning_rate);
            o.beta_1 = beta_1, o.beta_2 = beta_2, o.epsilon = epsilon;
            return o;
          },
          py::arg("learning_rate"), py::arg("beta_1"), py::arg("beta_2"), py::arg("epsilon"))
      .def_static(
          "rmsprop",
          [](double learning_rate, double rho, double momentum, double epsilon, bool centered) {
            Optimizer o = rmsprop(learning_rate);
            o.rho = rho, o.momentum = momentum, o.epsilon = epsilon, o.centered = centered;
            return o;
          },
          py::arg("learning_rate"), py::arg("rho"), py::arg("momentum"), py::arg("epsilon"), py::arg("centered"));
}

}  // namespace proxnet::python
