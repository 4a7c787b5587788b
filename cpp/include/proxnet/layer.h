// What a layer is, before it has weights.
#pragma once

#include <cstddef>
#include <variant>

#include "proxnet/activation.h"
#include "proxnet/constraint.h"
#include "proxnet/initializer.h"
#include "proxnet/penalty.h"

namespace proxnet {

// Whether a kernel is brought to a share of zeros (StrengthRamp gives the share), by itself or the network as a whole:
// by magnitude, or where the kernel has a penalty by its strength.
enum class SparsityTarget { kNone, kLayer, kNetwork };

// y = activation(x W + b), W of shape (inputs, units).
struct Dense {
  std::size_t units = 1;
  Activation activation = Activation::kLinear;
  Penalty kernel_penalty = {}, bias_penalty = {};
  bool use_bias = true;
  Initializer kernel_initializer = Initializer::kGlorotUniform, bias_initializer = Initializer::kZeros;
  Constraint kernel_constraint = {}, bias_constraint = {};
  SparsityTarget kernel_target = SparsityTarget::kNone;
};

// In training each input is zero with probability `rate`, the others scaled by 1 / (1 - rate); the identity in predict.
struct Dropout {
  double rate = 0.5;
};

using Layer = std::variant<Dense, Dropout>;

}  // namespace proxnet
