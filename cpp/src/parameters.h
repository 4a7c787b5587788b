// Everything training moves: weights, the optimizer's state and progress. A snapshot is a copy of one of these.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/panels.h"
#include "optimizer_step.h"
#include "proxnet/layer.h"

namespace proxnet {

// Where a kernel stands on its way to a share of zeros.
struct TargetState {
  double threshold = -1, strength = 1;
  bool frozen = false;  // the zeros are final
};

template <class T> struct DenseParameters {
  Panels<T> kernel;
  Buffer<T> bias;  // padded to whole panels; zeros where the layer has none
  std::vector<Buffer<T>> kernel_state, bias_state;
  Buffer<T> latent;  // the kernel before its threshold, where it has one: what is zero now may come back
  TargetState target;
};

template <class T> struct Parameters {
  std::vector<DenseParameters<T>> dense;
  std::vector<StrengthRamp> ramps;  // of kernel, bias, kernel, ...: of this epoch, or the last
  OptimizerProgress progress;

  // Draws the initial weights of the dense layers.
  void initialise(std::size_t inputs, const std::vector<Layer>& layers, std::uint64_t seed);
  void reset_state(const Optimizer& optimizer);
  bool all_finite() const;  // weights and state
};

}  // namespace proxnet
