// Activations, losses, metrics, layers.
#include <pybind11/native_enum.h>

#include "bindings.h"

namespace proxnet::python {

namespace {

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
}

}  // namespace

void bind_parts(py::module_& m) {
  bind_enums(m);
  py::class_<Dense>(m, "Dense")
      .def(py::init([](std::size_t units, Activation activation, const Penalty& kernel_penalty,
                       const Penalty& bias_penalty, bool use_bias, Initializer kernel_initializer,
                       Initializer bias_initializer, const Constraint& kernel_constraint,
                       const Constraint& bias_constraint, SparsityTarget kernel_target) {
             Dense layer{units,    activation,         kernel_penalty,  bias_penalty,
                         use_bias, kernel_initializer, bias_initializer};
             layer.kernel_constraint = kernel_constraint, layer.bias_constraint = bias_constraint;
             layer.kernel_target = kernel_target;
             return layer;
           }),
           py::arg("units"), py::arg("activation") = Activation::kLinear, py::arg("kernel_penalty") = Penalty{},
           py::arg("bias_penalty") = Penalty{}, py::arg("use_bias") = true,
           py::arg("kernel_initializer") = Initializer::kGlorotUniform,
           py::arg("bias_initializer") = Initializer::kZeros, py::arg("kernel_constraint") = Constraint{},
           py::arg("bias_constraint") = Constraint{}, py::arg("kernel_target") = SparsityTarget::kNone);
  py::class_<Dropout>(m, "Dropout").def(py::init([](double rate) { return Dropout{rate}; }), py::arg("rate"));
}

}  // namespace proxnet::python
