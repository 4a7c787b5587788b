// A stack of layers with weights. Training is in fit.h. predict() may run in many threads, also during training.
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

// Kinds of arrays; kMean and kVariance: moving ones of a BatchNormalization, or those of a Normalization.
enum class WeightKind { kKernel, kBias, kGamma, kBeta, kMean, kVariance };

// One array, row-major: a kernel (inputs, units), others (1, units).
template <class T> struct WeightArray {
  WeightKind kind = WeightKind::kKernel;
  std::size_t layer = 0;  // index in layers()
  std::size_t rows = 0, cols = 0;
  std::vector<T> values;
};

// Threads: const members and set_weights() may be called from any thread at any time. Members that change weights or
// rates throw InvalidState during an epoch, except from its hooks. compile() throws InvalidState during a fit,
// evaluate, save or load, also from hooks; predict() may run beside it. The references from layers() and optimizer()
// are for the thread that compiles. A forked child has the published weights and can train them.
template <class T> class PROXNET_EXPORT Network {
 public:
  // Draws the initial weights; equal seeds give equal bits. `poll` as in TrainOptions.
  Network(std::size_t inputs, std::vector<Layer> layers, std::uint64_t seed = 0,
          const std::function<bool()>& poll = {});
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  std::size_t inputs() const;
  std::size_t outputs() const;
  const std::vector<Layer>& layers() const;

  // Sets loss, optimizer and metrics, and resets the optimizer's state. `layers`: as in set_layers(). On an exception
  // nothing changes.
  void compile(const Optimizer& optimizer, const Loss& loss, const std::vector<MetricSpec>& metrics = {},
               PenaltyStep penalty_step = PenaltyStep::kProximal, std::optional<std::vector<Layer>> layers = {});
  bool compiled() const;
  const Optimizer& optimizer() const;
  // For later steps. set_schedule() and set_learning_rate() replace each other.
  void set_learning_rate(double learning_rate);
  // Takes effect at the next compile(). A layer that is not trainable keeps its weights bit for bit, its penalties are
  // not in the loss, and a BatchNormalization uses its moving statistics in training too.
  void set_trainable(std::size_t layer, bool trainable);
  void set_schedule(const Schedule& schedule);
  // Replaces penalties, constraints, rates, activations and momenta of layers of the same kinds and shapes;
  // initializers and `trainable` are ignored. Takes effect at once, or at the next epoch of a running fit. Keeps the
  // optimizer's state.
  void set_layers(std::vector<Layer> layers);
  // Replaces the optimizer's numbers in the same way, except its learning rate. Throws InvalidInput if the state would
  // have another shape or start.
  void set_optimizer(const Optimizer& optimizer);
  // Replaces the weights by their moving averages (use_ema), as fit() does at its end. With proximal penalties zero
  // weights stay zero.
  void take_average();
  // For the next epochs, one ramp per array: kernel and bias of each dense layer, then gamma and beta of each
  // BatchNormalization and Normalization, missing arrays too. Initially 1; 0 for kernels with a sparsity target.
  void set_strength_ramps(const std::vector<StrengthRamp>& ramps);
  // Steps since compile().
  std::uint64_t iterations() const;

  // Per layer: kernel, bias; gamma, beta, moving mean, moving variance; mean, variance.
  std::vector<WeightArray<T>> weights() const;
  // Shapes as in weights(); values must be finite. Keeps the optimizer's state.
  void set_weights(const std::vector<ConstMatrixView<T>>& weights);

  // out (x.rows, outputs()). `poll` as in TrainOptions.
  void predict(ConstMatrixView<T> x, MatrixView<T> out, const std::function<bool()>& poll = {}) const;
  std::vector<LayerSparsity> sparsity() const;
  // The first layer that no path of non-zero weights from the inputs goes through: then the outputs are constant.
  std::optional<std::size_t> cut_at() const;
  // The sum of the penalties at the published weights.
  double penalty() const;

  // Throws InvalidState "[operation] ..." if compile() would.
  void check_idle(const char* operation) const;

  NetworkImpl<T>& impl() { return *impl_; }
  const NetworkImpl<T>& impl() const { return *impl_; }

 private:
  std::unique_ptr<NetworkImpl<T>> impl_;
};

// compile() is refused while it lives: for an operation of several calls with user code between them.
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
