// Checks, kernel and state of an optimizer.
#include "proxnet/optimizer.h"

#include <cmath>
#include <utility>

#include "optimizers/optimizer_step.h"

namespace proxnet {

void check_optimizer(const Optimizer& o, const char* operation) {
  check(std::isfinite(o.learning_rate) && o.learning_rate > 0, operation,
        " learning_rate must be finite and positive, got ", o.learning_rate);
  if (o.schedule) check_schedule(*o.schedule, operation);
  const auto fraction = [&](double x, const char* name) {
    check(x >= 0 && x < 1, operation, " ", name, " must be in [0, 1), got ", x);
  };
  fraction(o.momentum, "momentum");
  fraction(o.beta_1, "beta_1");
  fraction(o.beta_2, "beta_2");
  fraction(o.rho, "rho");
  check(o.kind != OptimizerKind::kLion || o.beta_1 > 0, operation, " beta_1 must be positive for Lion, got ", o.beta_1);
  for (const auto& [norm, name] :
       {std::pair{o.clipnorm, "clipnorm"}, {o.global_clipnorm, "global_clipnorm"}, {o.clipvalue, "clipvalue"}})
    check(std::isfinite(norm) && norm >= 0, operation, " ", name, " must be finite and not negative, got ", norm);
  check((o.clipnorm > 0) + (o.global_clipnorm > 0) + (o.clipvalue > 0) <= 1, operation,
        " only one of clipnorm, global_clipnorm and clipvalue may be given");
  check(std::isfinite(o.epsilon) && o.epsilon > 0, operation, " epsilon must be finite and positive, got ", o.epsilon);
  const auto positive_or_zero = [&](double x, const char* name) {
    check(std::isfinite(x) && x >= 0, operation, " ", name, " must be finite and not negative, got ", x);
  };
  positive_or_zero(o.initial_accumulator_value, "initial_accumulator_value");
  positive_or_zero(o.beta, "beta");
  positive_or_zero(o.l1_regularization_strength, "l1_regularization_strength");
  positive_or_zero(o.l2_regularization_strength, "l2_regularization_strength");
  positive_or_zero(o.l2_shrinkage_regularization_strength, "l2_shrinkage_regularization_strength");
  check(std::isfinite(o.learning_rate_power) && o.learning_rate_power <= 0, operation,
        " learning_rate_power must be finite and not positive, got ", o.learning_rate_power);
  positive_or_zero(o.weight_decay, "weight_decay");
  check(o.ema_momentum >= 0 && o.ema_momentum <= 1, operation, " ema_momentum must be in [0, 1], got ", o.ema_momentum);
  check(o.use_ema || o.ema_overwrite_frequency == 0, operation, " ema_overwrite_frequency needs use_ema, got ",
        o.ema_overwrite_frequency);
  if (!full_batch(o)) return;
  const char* name = o.kind == OptimizerKind::kFista ? " FISTA" : " LBFGS";
  check(!o.schedule, operation, name, " has a line search: learning_rate must be a number, not a schedule");
  check(o.weight_decay == 0 && !o.use_ema && o.clipnorm == 0 && o.global_clipnorm == 0 && o.clipvalue == 0, operation,
        name, " takes no weight decay, averages or clipping");
  check(o.backtracking > 0 && o.backtracking < 1, operation, " backtracking must be in (0, 1), got ", o.backtracking);
  check(o.memory >= 1 && o.memory <= 1000, operation, " memory must be 1 to 1000, got ", o.memory);
}

OptimizerKernel optimizer_kernel(const Optimizer& o) {
  switch (o.kind) {
    case OptimizerKind::kSgd:
      return o.momentum == 0 ? OptimizerKernel::kSgd
                             : (o.nesterov ? OptimizerKernel::kNesterov : OptimizerKernel::kMomentum);
    case OptimizerKind::kAdam:
      return o.amsgrad ? OptimizerKernel::kAmsgrad : OptimizerKernel::kAdam;
    case OptimizerKind::kNadam:
      return OptimizerKernel::kNadam;
    case OptimizerKind::kAdamax:
      return OptimizerKernel::kAdamax;
    case OptimizerKind::kLion:
      return OptimizerKernel::kLion;
    case OptimizerKind::kAdagrad:
      return OptimizerKernel::kAdagrad;
    case OptimizerKind::kFtrl:
      return o.learning_rate_power == -0.5 ? OptimizerKernel::kFtrl : OptimizerKernel::kFtrlPower;
    case OptimizerKind::kRmsprop:
    case OptimizerKind::kFista:  // full-batch methods have no kernel
    case OptimizerKind::kLbfgs:
      break;
  }
  return o.momentum == 0 && !o.centered ? OptimizerKernel::kRmsprop : OptimizerKernel::kRmspropGeneral;
}

int optimizer_state_count(const Optimizer& o) {
  if (o.kind == OptimizerKind::kFista) return 1;                               // the previous weights
  if (o.kind == OptimizerKind::kLbfgs) return 2 * static_cast<int>(o.memory);  // pairs s, y
  const auto own = [&] {
    switch (optimizer_kernel(o)) {
      case OptimizerKernel::kSgd:
        return 0;
      case OptimizerKernel::kMomentum:
      case OptimizerKernel::kNesterov:
      case OptimizerKernel::kRmsprop:
      case OptimizerKernel::kAdagrad:
      case OptimizerKernel::kLion:
        return 1;
      case OptimizerKernel::kRmspropGeneral:
        return 4;
      case OptimizerKernel::kAmsgrad:
        return 3;
      default:
        return 2;
    }
  };
  return own() + o.use_ema;
}

double optimizer_state_start(const Optimizer& o, int index) {
  const bool squares = o.kind == OptimizerKind::kAdagrad || o.kind == OptimizerKind::kFtrl;
  return squares && index == 0 ? o.initial_accumulator_value : 0;
}

}  // namespace proxnet
