// Weights, optimizer state and progress of a network. A snapshot is a copy.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "layers/parameter_specs.h"
#include "ops/panels.h"
#include "optimizers/optimizer_step.h"
#include "proxnet/layer.h"

namespace proxnet {

// The state of a sparsity target of a kernel.
struct TargetState {
  double threshold = -1, strength = 1;
  bool frozen = false;  // the zeros are fixed
};

template <class T> struct DenseParameters {
  Panels<T> kernel;
  Buffer<T> bias;  // padded to whole panels; zeros where the layer has none
  std::vector<Buffer<T>> kernel_state, bias_state;
  Buffer<T> latent;  // the kernel before the magnitude threshold, if it has one: zeros may return
  TargetState target;
};

// A BatchNormalization or Normalization: (cols,) each, padded to whole panels. Gamma and beta are empty if the layer
// has none.
template <class T> struct NormParameters {
  std::size_t cols = 0;
  Buffer<T> gamma, beta, mean, variance;
  std::vector<Buffer<T>> gamma_state, beta_state;
};

template <class T> struct Parameters {
  std::vector<DenseParameters<T>> dense;
  std::vector<NormParameters<T>> norms;
  std::vector<StrengthRamp> ramps;  // per array, of this epoch or the last
  OptimizerProgress progress;
  // The layers; the layers as they are run (folded()); the specs of the arrays below.
  std::shared_ptr<const std::vector<Layer>> layers, run_layers;
  std::shared_ptr<const std::vector<ParameterSpec>> specs;

  // Numbers of the arrays that an optimizer can move: 2 d and 2 d + 1 are kernel and bias of dense[d]; then come gamma
  // and beta of each of norms. Missing arrays are empty, a missing bias is zeros.
  std::size_t array_count() const { return 2 * (dense.size() + norms.size()); }
  bool is_kernel(std::size_t array) const { return array < 2 * dense.size() && array % 2 == 0; }
  Buffer<T>& array(std::size_t array);
  const Buffer<T>& array(std::size_t array) const { return const_cast<Parameters*>(this)->Parameters::array(array); }
  std::vector<Buffer<T>>& state(std::size_t array);

  // Draws the initial weights.
  void initialise(std::size_t inputs, const std::vector<Layer>& layers, std::uint64_t seed);
  // The state before the first step, for trainable arrays.
  void reset_state(const Optimizer& optimizer, const std::vector<Layer>& layers);
  bool all_finite() const;  // weights and state
  // Whether an assignment allocates no memory.
  bool same_shape(const Parameters& other) const;
};

}  // namespace proxnet
