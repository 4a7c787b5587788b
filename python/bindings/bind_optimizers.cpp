// Optimizers and learning-rate schedules: their fields under Keras' names.
#include <pybind11/native_enum.h>

#include "bindings.h"

namespace proxnet::python {

namespace {

void bind_schedule(py::module_& m) {
  py::native_enum<ScheduleKind>(m, "ScheduleKind", "enum.Enum")
      .value("constant", ScheduleKind::kConstant)
      .value("exponential_decay", ScheduleKind::kExponentialDecay)
      .value("inverse_time_decay", ScheduleKind::kInverseTimeDecay)
      .value("polynomial_decay", ScheduleKind::kPolynomialDecay)
      .value("piecewise_constant_decay", ScheduleKind::kPiecewiseConstantDecay)
      .value("cosine_decay", ScheduleKind::kCosineDecay)
      .value("cosine_decay_restarts", ScheduleKind::kCosineDecayRestarts)
      .finalize();
  py::class_<Schedule>(m, "Schedule")
      .def(py::init([](ScheduleKind kind) {
             Schedule s;
             s.kind = kind;
             return s;
           }),
           py::arg("kind"))
      .def_readwrite("initial_learning_rate", &Schedule::initial_learning_rate)
      .def_readwrite("decay_steps", &Schedule::decay_steps)
      .def_readwrite("decay_rate", &Schedule::decay_rate)
      .def_readwrite("staircase", &Schedule::staircase)
      .def_readwrite("end_learning_rate", &Schedule::end_learning_rate)
      .def_readwrite("power", &Schedule::power)
      .def_readwrite("cycle", &Schedule::cycle)
      .def_readwrite("alpha", &Schedule::alpha)
      .def_readwrite("warmup_target", &Schedule::warmup_target)
      .def_readwrite("warmup_steps", &Schedule::warmup_steps)
      .def_readwrite("t_mul", &Schedule::t_mul)
      .def_readwrite("m_mul", &Schedule::m_mul)
      .def_readwrite("boundaries", &Schedule::boundaries)
      .def_readwrite("values", &Schedule::values)
      .def(
          "check", [](const Schedule& s, const std::string& operation) { check_schedule(s, operation.c_str()); },
          py::arg("operation"))
      .def("rate", &learning_rate_at, py::arg("steps"));
}

}  // namespace

void bind_optimizers(py::module_& m) {
  bind_schedule(m);
  py::native_enum<OptimizerKind>(m, "OptimizerKind", "enum.Enum")
      .value("sgd", OptimizerKind::kSgd)
      .value("adam", OptimizerKind::kAdam)
      .value("rmsprop", OptimizerKind::kRmsprop)
      .value("nadam", OptimizerKind::kNadam)
      .value("adamax", OptimizerKind::kAdamax)
      .value("lion", OptimizerKind::kLion)
      .value("adagrad", OptimizerKind::kAdagrad)
      .value("ftrl", OptimizerKind::kFtrl)
      .finalize();
  py::class_<Optimizer>(m, "Optimizer")
      .def(py::init([](OptimizerKind kind) { return make_optimizer(kind, 1e-3); }), py::arg("kind"))
      .def_readwrite("learning_rate", &Optimizer::learning_rate)
      .def_readwrite("schedule", &Optimizer::schedule)
      .def_readwrite("momentum", &Optimizer::momentum)
      .def_readwrite("nesterov", &Optimizer::nesterov)
      .def_readwrite("beta_1", &Optimizer::beta_1)
      .def_readwrite("beta_2", &Optimizer::beta_2)
      .def_readwrite("amsgrad", &Optimizer::amsgrad)
      .def_readwrite("rho", &Optimizer::rho)
      .def_readwrite("centered", &Optimizer::centered)
      .def_readwrite("epsilon", &Optimizer::epsilon)
      .def_readwrite("initial_accumulator_value", &Optimizer::initial_accumulator_value)
      .def_readwrite("learning_rate_power", &Optimizer::learning_rate_power)
      .def_readwrite("beta", &Optimizer::beta)
      .def_readwrite("l1_regularization_strength", &Optimizer::l1_regularization_strength)
      .def_readwrite("l2_regularization_strength", &Optimizer::l2_regularization_strength)
      .def_readwrite("l2_shrinkage_regularization_strength", &Optimizer::l2_shrinkage_regularization_strength)
      .def_readwrite("weight_decay", &Optimizer::weight_decay)
      .def_readwrite("decay_kernel", &Optimizer::decay_kernel)
      .def_readwrite("decay_bias", &Optimizer::decay_bias)
      .def_readwrite("decay_gamma", &Optimizer::decay_gamma)
      .def_readwrite("decay_beta", &Optimizer::decay_beta)
      .def_readwrite("clipnorm", &Optimizer::clipnorm)
      .def_readwrite("global_clipnorm", &Optimizer::global_clipnorm)
      .def_readwrite("clipvalue", &Optimizer::clipvalue)
      .def_readwrite("use_ema", &Optimizer::use_ema)
      .def_readwrite("ema_momentum", &Optimizer::ema_momentum)
      .def_readwrite("ema_overwrite_frequency", &Optimizer::ema_overwrite_frequency);
}

}  // namespace proxnet::python
