// An optimizer proposes a point and a metric, the step per unit of gradient, for the penalty's prox; formulas and
// defaults are Keras'. With proximal steps the fixed points of SGD, Adam, AMSGrad, Nadam, Adamax, RMSprop and Adagrad
// are the stationary points of the objective. Weight decay adds a term (Adam: g + d penalty + weight_decay * (sqrt(v) +
// epsilon) * w = 0); Ftrl averages the gradients of all steps, and Lion is a heuristic. FISTA and L-BFGS are full-batch
// methods with a line search, for deterministic objectives.
#pragma once

#include <optional>

#include "proxnet/error.h"
#include "proxnet/schedule.h"

namespace proxnet {

enum class OptimizerKind { kSgd, kAdam, kRmsprop, kNadam, kAdamax, kLion, kAdagrad, kFtrl, kFista, kLbfgs };

struct Optimizer {
  OptimizerKind kind = OptimizerKind::kRmsprop;
  double learning_rate = 1e-3;             // FISTA, L-BFGS: the first step of the line search
  std::optional<Schedule> schedule = {};   // replaces learning_rate
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
  bool restart = true;        // FISTA: restarts the momentum where it increases the objective
  double backtracking = 0.5;  // FISTA: factor on a step that is too long
  std::size_t memory = 10;    // L-BFGS: number of pairs
  // The rest is not for FISTA and L-BFGS.
  // w <- w - weight_decay * learning_rate * w before the step, for arrays that are not excluded.
  double weight_decay = 0;
  bool decay_kernel = true, decay_bias = true, decay_gamma = true, decay_beta = true;
  // A moving average of the weights, which replaces them every ema_overwrite_frequency steps (0: never) and in
  // take_average().
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::size_t ema_overwrite_frequency = 0;
  // Largest Euclidean norm of the gradient per array, or over all arrays; scaling down also scales the strengths of the
  // penalties. 0: none. At most one of clipnorm, global_clipnorm and clipvalue.
  double clipnorm = 0, global_clipnorm = 0;
  // Clips each element of the gradient to [-clipvalue, clipvalue]. Not with a proximal penalty.
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
inline Optimizer fista(double learning_rate = 1) { return make_optimizer(OptimizerKind::kFista, learning_rate); }
inline Optimizer lbfgs(double learning_rate = 1) { return make_optimizer(OptimizerKind::kLbfgs, learning_rate); }

// Whether each step takes all rows: an epoch is one iteration, and batch_size must be at least the number of rows.
inline bool full_batch(const Optimizer& o) {
  return o.kind == OptimizerKind::kFista || o.kind == OptimizerKind::kLbfgs;
}

// Throws InvalidInput for a hyperparameter out of range, naming it.
PROXNET_EXPORT void check_optimizer(const Optimizer& optimizer, const char* operation);

}  // namespace proxnet
