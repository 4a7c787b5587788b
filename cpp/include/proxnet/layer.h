// What a layer is, before it has weights.
#pragma once

#include <cstddef>
#include <variant>

#include "proxnet/activation.h"
#include "proxnet/constraint.h"
#include "proxnet/penalty.h"

namespace proxnet {

// As Keras' of the same names; uniform and normal take no parameters but the shape.
enum class Initializer { kZeros, kOnes, kGlorotUniform, kGlorotNormal, kHeUniform, kHeNormal };

// y = activation(x W + b), W of shape (inputs, units).
struct Dense {
  std::size_t units = 1;
  Activation activation = Activation::kLinear;
  Penalty kernel_penalty = {}, bias_penalty = {};
  bool use_bias = true;
  Initializer kernel_initializer = Initializer::kGlorotUniform, bias_initializer = Initializer::kZeros;
  Constraint kernel_constraint = {}, bias_constraint = {};
};

// In training each input is zero with probability `rate`, the others scaled by 1 / (1 - rate); the identity in predict.
struct Dropout {
  double rate = 0.5;
};

using Layer = std::variant<Dense, Dropout>;

}  // namespace proxnet
