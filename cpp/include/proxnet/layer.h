// What a layer is, before it has weights.
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

// Whether a kernel is brought to a share of zeros (StrengthRamp gives the share), by itself or the network as a whole:
// by magnitude, or where the kernel has a penalty by its strength.
enum class SparsityTarget { kNone, kLayer, kNetwork };

// A penalty of a layer's outputs h, l1 |h| + l2 h^2 summed and divided by the rows of the batch, as Keras'. It enters
// the loss, and the training through the gradient, sign(0) = 0.
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

// In training each input is zero with probability `rate`, the others scaled by 1 / (1 - rate); the identity in predict.
// The zeros are of the training's seed, or of the layer's own.
struct Dropout {
  double rate = 0.5;
  std::optional<std::uint64_t> seed = {};
};

// y = f(x), element by element or, softmax, row by row.
struct ActivationLayer {
  Activation activation = Activation::kLinear;
  Activity activity = {};
};

// y = x, with a penalty of it.
struct ActivityRegularization {
  Activity activity = {};
};

// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, column by column. In training mean and (population)
// variance are the batch's, whatever its sample weights, and the moving ones follow: m <- momentum * m + (1 - momentum)
// * mean. In predict, and in training where not trainable, they are the moving ones [Ioffe and Szegedy, 2015; defaults
// as Keras'].
struct BatchNormalization {
  double momentum = 0.99, epsilon = 1e-3;
  bool center = true, scale = true;  // whether there is a beta, a gamma
  Penalty beta_penalty = {}, gamma_penalty = {};
  Constraint beta_constraint = {}, gamma_constraint = {};
  Initializer beta_initializer = Initializer::kZeros, gamma_initializer = Initializer::kOnes;
  Initializer moving_mean_initializer = Initializer::kZeros, moving_variance_initializer = Initializer::kOnes;
  bool trainable = true;
};

// y = (x - mean) / max(sqrt(variance), 1e-7), column by column, or with `invert` back: x * max(sqrt(variance), 1e-7) +
// mean. Training does not move mean and variance; column_moments() finds those of data.
struct Normalization {
  std::vector<double> mean, variance;  // one a column; empty: weights that start as 0 and 1
  bool invert = false;
};

// y[j] = x[columns[j]], the first layer only: the inputs that compact() has left.
struct ColumnSelection {
  std::vector<std::size_t> columns;  // different, increasing
};

using Layer = std::variant<Dense, Dropout, ActivationLayer, BatchNormalization, Normalization, ActivityRegularization,
                           ColumnSelection>;

}  // namespace proxnet
