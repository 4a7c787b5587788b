// Everything training moves: weights, the optimizer's state and progress. A snapshot is a copy of one of these.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/panels.h"
#include "optimizer_step.h"
#include "proxnet/layer.h"

namespace proxnet {

template <class T> struct DenseParameters {
  Panels<T> kernel;
  Buffer<T> bias;  // padded to whole panels; zeros where the layer has none
  std::vector<Buffer<T>> kernel_state, bias_state;
};

// Of a BatchNormalization or a Normalization: one number a column, padded to whole panels. A gamma or beta that the
// layer does not have is empty.
template <class T> struct NormParameters {
  std::size_t cols = 0;
  Buffer<T> gamma, beta, mean, variance;
  std::vector<Buffer<T>> gamma_state, beta_state;
};

template <class T> struct Parameters {
  std::vector<DenseParameters<T>> dense;
  std::vector<NormParameters<T>> norms;
  OptimizerProgress progress;

  // Draws the initial weights.
  void initialise(std::size_t inputs, const std::vector<Layer>& layers, std::uint64_t seed);
  // Zero state for the weights that training moves.
  void reset_state(const Optimizer& optimizer, const std::vector<Layer>& layers);
  bool all_finite() const;  // weights and state
};

}  // namespace proxnet
