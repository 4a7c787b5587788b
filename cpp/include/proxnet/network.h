// A stack of layers with weights. Training is in fit.h; predict may run in many threads, also while one trains.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "proxnet/error.h"
#include "proxnet/layer.h"
#include "proxnet/loss.h"
#include "proxnet/matrix.h"
#include "proxnet/metric.h"
#include "proxnet/optimizer.h"
#include "proxnet/rows.h"
#include "proxnet/sparsity.h"

namespace proxnet {

template <class T> struct NetworkImpl;

// What an array of weights is; kMean and kVariance are a BatchNormalization's moving ones or a Normalization's.
enum class WeightKind { kKernel, kBias, kGamma, kBeta, kMean, kVariance };

// One array of weights, row-major: a kernel (inputs, units), all others (1, units).
template <class T> struct WeightArray {
  WeightKind kind = WeightKind::kKernel;
  std::size_t layer = 0;  // its place in layers()
  std::size_t rows = 0, cols = 0;
  std::vector<T> values;
};

// Threads: everything const, and set_weights(), may be called from any thread at any time; set_weights() and what else
// changes weights or rates throws InvalidState in the middle of an epoch, outside its hooks. compile() throws
// InvalidState while a fit, evaluate, save or load has not ended, also from their hooks; predict() goes on beside it.
// The references that layers() and optimizer() return are for the thread that compiles. A forked child of a process
// with such threads has the weights that were published, and can train them.
template <class T> class PROXNET_EXPORT Network {
 public:
  // Draws the initial weights: equal seeds, equal bits. `poll` as in TrainOptions.
  Network(std::size_t inputs, std::vector<Layer> layers, std::uint64_t seed = 0,
          const std::function<bool()>& poll = {});
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  std::size_t inputs() const;
  std::size_t outputs() const;
  const std::vector<Layer>& layers() const;

  // Sets what fit() minimises, by what steps, and what is reported; the optimizer's state starts anew. `layers` as in
  // set_layers(), together with the rest or not at all.
  void compile(const Optimizer& optimizer, const Loss& loss, const std::vector<MetricSpec>& metrics = {},
               PenaltyStep penalty_step = PenaltyStep::kProximal, std::optional<std::vector<Layer>> layers = {});
  bool compiled() const;
  const Optimizer& optimizer() const;
  // Of the steps to come; each replaces the other.
  void set_learning_rate(double learning_rate);
  // Whether training moves the weights of layers()[layer]; counts from the next compile(). A layer that is not
  // trainable keeps its weights bit for bit, its penalties are no part of the loss, and a BatchNormalization among them
  // uses its moving statistics in training too.
  void set_trainable(std::size_t layer, bool trainable);
  void set_schedule(const Schedule& schedule);
  // Other penalties, constraints, rates, activations and moments' speeds of the same layers with weights of the same
  // shapes; initializers and `trainable` are not looked at. Counts at once, in a running fit from its next epoch; the
  // optimizer's state stays.
  void set_layers(std::vector<Layer> layers);
  // Other numbers of the same optimizer, likewise; not the learning rate. Throws where the state would have another
  // shape or start.
  void set_optimizer(const Optimizer& optimizer);
  // Puts the moving averages in the place of the weights (use_ema), as fit() does at its end. Where penalties act by
  // proximal steps weights that are zero stay zero.
  void take_average();
  // Of the next epochs: one a dense layer's kernel and one its bias, in turn, also where it has none; then likewise
  // gamma and beta of each BatchNormalization and Normalization. At first ones, and shares of 0 where a target is one.
  void set_strength_ramps(const std::vector<StrengthRamp>& ramps);
  // Steps taken since compile.
  std::uint64_t iterations() const;

  // Layer by layer: kernel, bias of a dense one; gamma, beta, moving mean, moving variance; mean, variance.
  std::vector<WeightArray<T>> weights() const;
  // Shapes as weights(); values must be finite. The optimizer's state is kept.
  void set_weights(const std::vector<ConstMatrixView<T>>& weights);

  // out has x.rows rows and outputs() columns. `poll` as in TrainOptions.
  void predict(ConstMatrixView<T> x, MatrixView<T> out, const std::function<bool()>& poll = {}) const;
  std::vector<LayerSparsity> sparsity() const;
  // The sum of the penalties at the current weights.
  double penalty() const;

  // Throws InvalidState "[operation] ..." where compile() would.
  void check_idle(const char* operation) const;

  NetworkImpl<T>& impl() { return *impl_; }
  const NetworkImpl<T>& impl() const { return *impl_; }

 private:
  std::unique_ptr<NetworkImpl<T>> impl_;
};

// While it lives compile() is refused: for an operation of several calls with the user's code between them.
template <class T> class PROXNET_EXPORT NetworkRun {
 public:
  NetworkRun(const Network<T>& network, const char* operation);
  ~NetworkRun();
  NetworkRun(const NetworkRun&) = delete;
  NetworkRun& operator=(const NetworkRun&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace proxnet
