// Shape, penalty and constraint of each array that an optimizer can move, numbered as in Parameters.
#pragma once

#include <vector>

#include "proxnet/network.h"

namespace proxnet {

struct ParameterSpec {
  WeightKind kind = WeightKind::kKernel;
  std::size_t layer = 0;           // index in layers()
  std::size_t rows = 0, cols = 0;  // rows == 0: the layer has no such array
  bool trainable = false;
  Penalty penalty = {};
  Constraint constraint = {};
  SparsityTarget target = SparsityTarget::kNone;
  bool trained() const { return rows > 0 && trainable; }
};

std::vector<ParameterSpec> parameter_specs(std::size_t inputs, const std::vector<Layer>& layers);

}  // namespace proxnet
