// An optimizer proposes a point and the metric (step per unit of gradient) it was taken in; formulas and defaults are
// Keras'.
#pragma once

#include "proxnet/error.h"

namespace proxnet {

enum class OptimizerKind { kSgd, kAdam, kRmsprop };

struct Optimizer {
  OptimizerKind kind = OptimizerKind::kRmsprop;
  double learning_rate = 1e-3;
  double momentum = 0;                  // SGD, RMSprop
  bool nesterov = false;                // SGD
  double beta_1 = 0.9, beta_2 = 0.999;  // Adam
  double rho = 0.9;                     // RMSprop
  bool centered = false;                // RMSprop
  double epsilon = 1e-7;                // Adam, RMSprop
  // The gradient of each array, or all of it as one vector, is scaled down to this Euclidean norm where it is longer,
  // and the strengths of the penalties with it; 0 for none, at most one of the two.
  double clipnorm = 0, global_clipnorm = 0;
};

inline Optimizer sgd(double learning_rate = 0.01, double momentum = 0, bool nesterov = false) {
  Optimizer o;
  o.kind = OptimizerKind::kSgd, o.learning_rate = learning_rate, o.momentum = momentum, o.nesterov = nesterov;
  return o;
}
inline Optimizer adam(double learning_rate = 1e-3) {
  Optimizer o;
  o.kind = OptimizerKind::kAdam, o.learning_rate = learning_rate;
  return o;
}
inline Optimizer rmsprop(double learning_rate = 1e-3) {
  Optimizer o;
  o.learning_rate = learning_rate;
  return o;
}

// Throws InvalidInput for a hyperparameter out of range, naming it.
PROXNET_EXPORT void check_optimizer(const Optimizer& optimizer, const char* operation);

}  // namespace proxnet
