// The scalars of a step: schedule, bias corrections, and the metric under momentum.
#include "optimizers/optimizer_step.h"

#include <cmath>

namespace proxnet {

namespace {

template <class T> void set_nadam(const Optimizer& o, double rate, OptimizerProgress& progress, StepScalars<T>& s) {
  // Dozat's momentum schedule: u_t = beta_1 * (1 - 0.96^t / 2).
  const double t = static_cast<double>(progress.iterations);
  const double now = o.beta_1 * (1 - 0.5 * std::pow(0.96, t)), next = o.beta_1 * (1 - 0.5 * std::pow(0.96, t + 1));
  progress.momentum_product *= now;
  const double of_mean = next / (1 - progress.momentum_product * next);
  const double of_gradient = (1 - now) / (1 - progress.momentum_product);
  s.learning_rate = static_cast<T>(rate * of_mean);
  s.current_rate = static_cast<T>(rate * of_gradient);
  s.root_scale = static_cast<T>(1 / std::sqrt(1 - std::pow(o.beta_2, t)));
  s.metric_scale = static_cast<T>(rate * (of_mean * (1 - std::pow(o.beta_1, t)) + of_gradient));
}

template <class T> void set_ftrl(const Optimizer& o, double rate, double t, StepScalars<T>& s) {
  check(std::isfinite(1 / static_cast<T>(rate)),
        "[fit] the learning rate of Ftrl must stay positive, its schedule gave ", rate, " in step ", t);
  s.metric_scale = static_cast<T>(t);
  s.power = static_cast<T>(-o.learning_rate_power);
  s.l1 = static_cast<T>(o.l1_regularization_strength);
  s.twice_l2 = static_cast<T>(2 * o.l2_regularization_strength + o.beta / rate);
  s.shrinkage = static_cast<T>(2 * o.l2_shrinkage_regularization_strength);
}

}  // namespace

template <class T> StepScalars<T> next_step(const Optimizer& o, OptimizerProgress& progress) {
  const double rate = o.schedule ? learning_rate_at(*o.schedule, progress.iterations) : o.learning_rate;
  ++progress.iterations;
  const double t = static_cast<double>(progress.iterations);
  StepScalars<T> s;
  s.learning_rate = static_cast<T>(rate);
  s.momentum = static_cast<T>(o.momentum);
  s.gain_1 = static_cast<T>(1 - o.beta_1);
  s.gain_2 = static_cast<T>(1 - (o.kind == OptimizerKind::kRmsprop ? o.rho : o.beta_2));
  s.epsilon = static_cast<T>(o.epsilon);
  s.centered = o.centered;
  s.decay = static_cast<T>(1 - o.weight_decay * rate);
  if (o.use_ema) {
    s.average_share = static_cast<T>(progress.iterations == 1 ? 1 : 1 - o.ema_momentum);
    s.take_average = o.ema_overwrite_frequency > 0 && progress.iterations % o.ema_overwrite_frequency == 0;
  }
  switch (o.kind) {
    case OptimizerKind::kSgd:
      progress.reach = o.momentum * progress.reach + rate;
      s.metric_scale = static_cast<T>(o.nesterov ? o.momentum * progress.reach + rate : progress.reach);
      break;
    case OptimizerKind::kAdam: {
      const double correction = std::sqrt(1 - std::pow(o.beta_2, t));
      s.learning_rate = static_cast<T>(rate * correction / (1 - std::pow(o.beta_1, t)));
      s.metric_scale = static_cast<T>(rate * correction);
      break;
    }
    case OptimizerKind::kAdamax:
      s.learning_rate = static_cast<T>(rate / (1 - std::pow(o.beta_1, t)));
      s.metric_scale = static_cast<T>(rate);
      break;
    case OptimizerKind::kNadam:
      set_nadam(o, rate, progress, s);
      break;
    case OptimizerKind::kLion:
      // At step t the moving average of a constant gradient g is (1 - beta_2^(t - 1)) g.
      s.metric_scale = static_cast<T>(rate * (1 - o.beta_1 * std::pow(o.beta_2, t - 1)));
      break;
    case OptimizerKind::kFtrl:
      set_ftrl(o, rate, t, s);
      break;
    case OptimizerKind::kRmsprop:
    case OptimizerKind::kAdagrad:
    case OptimizerKind::kFista:
    case OptimizerKind::kLbfgs:
      break;
  }
  return s;
}
template StepScalars<float> next_step<float>(const Optimizer&, OptimizerProgress&);
template StepScalars<double> next_step<double>(const Optimizer&, OptimizerProgress&);

}  // namespace proxnet
