// An optimizer proposes a point and the metric (step per unit of gradient) it was taken in; formulas and defaults are
// Keras'. With proximal steps SGD, Adam, AMSGrad, Nadam, Adamax, RMSprop and Adagrad end at the stationary points of
// the stated objective. Weight decay adds a term of its own (Adam: g + d penalty + weight_decay * (sqrt(v) + epsilon) *
// w = 0); Ftrl averages gradients over its whole past, and Lion is a heuristic.
#pragma once

#include <optional>

#include "proxnet/error.h"
#include "proxnet/schedule.h"

namespace proxnet {

enum class OptimizerKind { kSgd, kAdam, kRmsprop, kNadam, kAdamax, kLion, kAdagrad, kFtrl };

struct Optimizer {
  OptimizerKind kind = OptimizerKind::kRmsprop;
  double learning_rate = 1e-3;
  std::optional<Schedule> schedule = {};   // in place of learning_rate
  double momentum = 0;                     // SGD, RMSprop
  bool nesterov = false;                   // SGD
  double beta_1 = 0.9, beta_2 = 0.999;     // Adam, Nadam, Adamax, Lion
  bool amsgrad = false;                    // Adam
  double rho = 0.9;                        // RMSprop
  bool centered = false;                   // RMSprop
  double epsilon = 1e-7;                   // all but SGD, Lion and Ftrl
  double initial_accumulator_value = 0.1;  // Adagrad, Ftrl
  // Ftrl
  double learning_rate_power = -0.5, beta = 0, l1_regularization_strength = 0, l2_regularization_strength = 0,
         l2_shrinkage_regularization_strength = 0;
  // Any: w <- w - weight_decay * learning_rate * w before the step, of the arrays not excluded.
  double weight_decay = 0;
  bool decay_kernel = true, decay_bias = true, decay_gamma = true, decay_beta = true;
  // Any: a moving average of the weights, put in their place every so many steps (0: never) and by take_average().
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::size_t ema_overwrite_frequency = 0;
  // The gradient of each array, or all of it as one vector, is scaled down to this Euclidean norm where it is longer,
  // and the strengths of the penalties with it; 0 for none, at most one of the three.
  double clipnorm = 0, global_clipnorm = 0;
  // Each element of the gradient is cut off at -clipvalue and clipvalue; not with the proximal step of a penalty.
  double clipvalue = 0;
};

inline Optimizer make_optimizer(OptimizerKind kind, double learning_rate) {
  Optimizer o;
  o.kind = kind, o.learning_rate = learning_rate;
  return o;
}
inline Optimizer sgd(double learning_rate = 0.01, double momentum = 0, bool nesterov = false) {
  Optimizer o = make_optimizer(OptimizerKind::kSgd, learning_rate);
  o.momentum = momentum, o.nesterov = nesterov;
  return o;
}
inline Optimizer adam(double learning_rate = 1e-3, bool amsgrad = false) {
  Optimizer o = make_optimizer(OptimizerKind::kAdam, learning_rate);
  o.amsgrad = amsgrad;
  return o;
}
inline Optimizer adamw(double learning_rate = 1e-3, double weight_decay = 0.004) {
  Optimizer o = adam(learning_rate);
  o.weight_decay = weight_decay;
  return o;
}
inline Optimizer nadam(double learning_rate = 1e-3) { return make_optimizer(OptimizerKind::kNadam, learning_rate); }
inline Optimizer adamax(double learning_rate = 1e-3) { return make_optimizer(OptimizerKind::kAdamax, learning_rate); }
inline Optimizer rmsprop(double learning_rate = 1e-3) { return make_optimizer(OptimizerKind::kRmsprop, learning_rate); }
inline Optimizer adagrad(double learning_rate = 1e-3) { return make_optimizer(OptimizerKind::kAdagrad, learning_rate); }
inline Optimizer ftrl(double learning_rate = 1e-3) { return make_optimizer(OptimizerKind::kFtrl, learning_rate); }
inline Optimizer lion(double learning_rate = 1e-3) {
  Optimizer o = make_optimizer(OptimizerKind::kLion, learning_rate);
  o.beta_2 = 0.99;
  return o;
}

// Throws InvalidInput for a hyperparameter out of range, naming it.
PROXNET_EXPORT void check_optimizer(const Optimizer& optimizer, const char* operation);

}  // namespace proxnet
