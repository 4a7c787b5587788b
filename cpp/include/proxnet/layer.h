// Descriptions of layers, without weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "proxnet/activation.h"
#include "proxnet/constraint.h"
#include "proxnet/initializer.h"
#include "proxnet/penalty.h"

namespace proxnet {

// Whether a kernel is trained to a fraction of zeros, which StrengthRamp gives, per layer or over the network: by a
// threshold on magnitudes, or by the strength of its penalty if it has one.
enum class SparsityTarget { kNone, kLayer, kNetwork };

// A penalty of a layer's outputs h: sum(l1 |h| + l2 h^2) / rows of the batch, as in Keras. Part of the loss and of the
// gradient, with sign(0) = 0.
struct Activity {
  double l1 = 0, l2 = 0;
  bool none() const { return l1 == 0 && l2 == 0; }
};

// y = activation(x W + b), W of shape (inputs, units).
struct Dense {
  std::size_t units = 1;
  Activation activation = Activation::kLinear;
  Penalty kernel_penalty = {}, bias_penalty = {};
  bool use_bias = true;
  Initializer kernel_initializer = Initializer::kGlorotUniform, bias_initializer = Initializer::kZeros;
  Constraint kernel_constraint = {}, bias_constraint = {};
  SparsityTarget kernel_target = SparsityTarget::kNone;
  bool trainable = true;
  Activity activity = {};
};

// In training each input is 0 with probability `rate`, else scaled by 1 / (1 - rate). The identity in predict(). Zeros
// depend on the seed of the training, or on the layer's own.
struct Dropout {
  double rate = 0.5;
  std::optional<std::uint64_t> seed = {};
};

// y = activation(x)
struct ActivationLayer {
  Activation activation = Activation::kLinear;
  Activity activity = {};
};

// y = x, with an activity penalty.
struct ActivityRegularization {
  Activity activity = {};
};

// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta per column [Ioffe and Szegedy 2015; defaults as in Keras].
// In training mean and population variance are the batch's, without sample weights, and update the moving ones: m <-
// momentum * m + (1 - momentum) * mean. predict(), and training if not trainable, use the moving ones.
struct BatchNormalization {
  double momentum = 0.99, epsilon = 1e-3;
  bool center = true, scale = true;  // with beta, with gamma
  Penalty beta_penalty = {}, gamma_penalty = {};
  Constraint beta_constraint = {}, gamma_constraint = {};
  Initializer beta_initializer = Initializer::kZeros, gamma_initializer = Initializer::kOnes;
  Initializer moving_mean_initializer = Initializer::kZeros, moving_variance_initializer = Initializer::kOnes;
  bool trainable = true;
};

// y = (x - mean) / max(sqrt(variance), 1e-7) per column; with `invert` y = x * max(sqrt(variance), 1e-7) + mean. Mean
// and variance are not trained; column_moments() computes them from data.
struct Normalization {
  std::vector<double> mean, variance;  // per column; empty: weights that start at 0 and 1
  bool invert = false;
};

// y[j] = x[columns[j]], the first layer only: the inputs that compact() has left.
struct ColumnSelection {
  std::vector<std::size_t> columns;  // different, increasing
};

using Layer = std::variant<Dense, Dropout, ActivationLayer, BatchNormalization, Normalization, ActivityRegularization,
                           ColumnSelection>;

}  // namespace proxnet
