// Everything training moves: weights, the optimizer's state and progress. A snapshot is a copy of one of these.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "layers/array_rules.h"
#include "ops/panels.h"
#include "optimizers/optimizer_step.h"
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
  std::vector<StrengthRamp> ramps;  // one an array: of this epoch, or the last
  OptimizerProgress progress;
  // What the network's layers are, folded for runs, and what they say of the arrays below.
  std::shared_ptr<const std::vector<Layer>> layers, run_layers;
  std::shared_ptr<const std::vector<ArrayRule>> rules;

  // The arrays that optimizers move have numbers: 2 d and 2 d + 1 are kernel and bias of dense[d]; behind those of all
  // dense layers stand, two a norm, gamma and beta. What a layer does not have is empty (a bias: zeros).
  std::size_t array_count() const { return 2 * (dense.size() + norms.size()); }
  bool is_kernel(std::size_t array) const { return array < 2 * dense.size() && array % 2 == 0; }
  Buffer<T>& array(std::size_t array);
  const Buffer<T>& array(std::size_t array) const { return const_cast<Parameters*>(this)->Parameters::array(array); }
  std::vector<Buffer<T>>& state(std::size_t array);

  // Draws the initial weights.
  void initialise(std::size_t inputs, const std::vector<Layer>& layers, std::uint64_t seed);
  // The state before the first step, of the weights that training moves.
  void reset_state(const Optimizer& optimizer, const std::vector<Layer>& layers);
  bool all_finite() const;  // weights and state
  // Whether a copy needs no memory.
  bool same_shape(const Parameters& other) const;
};

}  // namespace proxnet
