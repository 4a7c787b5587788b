// The scalar side of the optimizers: checks, bias corrections, and the metric's recursion under momentum.
#include "proxnet/optimizer.h"

#include <cmath>
#include <utility>

#include "optimizer_step.h"

namespace proxnet {

void check_optimizer(const Optimizer& o, const char* operation) {
  check(std::isfinite(o.learning_rate) && o.learning_rate > 0, operation,
        " learning_rate must be finite and positive, got ", o.learning_rate);
  const auto fraction = [&](double x, const char* name) {
    check(x >= 0 && x < 1, operation, " ", name, " must be in [0, 1), got ", x);
  };
  fraction(o.momentum, "momentum");
  fraction(o.beta_1, "beta_1");
  fraction(o.beta_2, "beta_2");
  fraction(o.rho, "rho");
  for (const auto& [norm, name] : {std::pair{o.clipnorm, "clipnorm"}, {o.global_clipnorm, "global_clipnorm"}})
    check(std::isfinite(norm) && norm >= 0, operation, " ", name, " must be finite and not negative, got ", norm);
  check(o.clipnorm == 0 || o.global_clipnorm == 0, operation, " only one of clipnorm and global_clipnorm may be given");
  check(std::isfinite(o.epsilon) && o.epsilon > 0, operation, " epsilon must be finite and positive, got ", o.epsilon);
}

OptimizerKernel optimizer_kernel(const Optimizer& o) {
  switch (o.kind) {
    case OptimizerKind::kSgd:
      return o.momentum == 0 ? OptimizerKernel::kSgd
                             : (o.nesterov ? OptimizerKernel::kNesterov : OptimizerKernel::kMomentum);
    case OptimizerKind::kAdam:
      return OptimizerKernel::kAdam;
    case OptimizerKind::kRmsprop:
      break;
  }
  return o.momentum == 0 && !o.centered ? OptimizerKernel::kRmsprop : OptimizerKernel::kRmspropGeneral;
}

int optimizer_state_count(const Optimizer& o) {
  switch (optimizer_kernel(o)) {
    case OptimizerKernel::kSgd:
      return 0;
    case OptimizerKernel::kMomentum:
    case OptimizerKernel::kNesterov:
    case OptimizerKernel::kRmsprop:
      return 1;
    case OptimizerKernel::kAdam:
      return 2;
    default:
      return 4;
  }
}

template <class T> StepScalars<T> next_step(const Optimizer& o, OptimizerProgress& progress) {
  ++progress.iterations;
  const double t = static_cast<double>(progress.iterations), rate = o.learning_rate;
  StepScalars<T> s;
  s.learning_rate = static_cast<T>(rate);
  s.momentum = static_cast<T>(o.momentum);
  s.gain_2 = static_cast<T>(1 - o.rho);
  s.epsilon = static_cast<T>(o.epsilon);
  s.centered = o.centered;
  if (o.kind == OptimizerKind::kSgd) {
    progress.reach = o.momentum * progress.reach + rate;
    s.metric_scale = static_cast<T>(o.nesterov ? o.momentum * progress.reach + rate : progress.reach);
  } else if (o.kind == OptimizerKind::kAdam) {
    const double correction = std::sqrt(1 - std::pow(o.beta_2, t));
    s.gain_1 = static_cast<T>(1 - o.beta_1);
    s.gain_2 = static_cast<T>(1 - o.beta_2);
    s.learning_rate = static_cast<T>(rate * correction / (1 - std::pow(o.beta_1, t)));
    s.metric_scale = static_cast<T>(rate * correction);
  }
  return s;
}
template StepScalars<float> next_step<float>(const Optimizer&, OptimizerProgress&);
template StepScalars<double> next_step<double>(const Optimizer&, OptimizerProgress&);

}  // namespace proxnet
