// What the layers say of the arrays that optimizers move, numbered as in Parameters.
#pragma once

#include <vector>

#include "proxnet/network.h"

namespace proxnet {

struct ArrayRule {
  WeightKind kind = WeightKind::kKernel;
  std::size_t layer = 0;           // its place in the layers
  std::size_t rows = 0, cols = 0;  // no rows: the layer does not have it
  bool trainable = false;
  Penalty penalty = {};
  Constraint constraint = {};
  SparsityTarget target = SparsityTarget::kNone;
  // Whether a step may move it.
  bool moves() const { return rows > 0 && trainable; }
};

std::vector<ArrayRule> array_rules(std::size_t inputs, const std::vector<Layer>& layers);

}  // namespace proxnet
