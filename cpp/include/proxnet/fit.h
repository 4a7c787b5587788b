// Training and evaluation of a network: whole epochs in one call, in one parallel region.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "proxnet/network.h"

namespace proxnet {

// Rows with targets (rows, outputs), or (rows, 1) class numbers for the sparse loss. Nothing is copied or written.
template <class T> struct Data {
  const RowSource<T>* x = nullptr;
  ConstMatrixView<T> y;
  const T* sample_weight = nullptr;  // one a row; the loss is sum(weight * loss) / rows
};

// Means over the rows; the loss includes the penalty.
struct Report {
  double loss = 0;
  std::vector<double> metrics;  // in the order given to compile()
};

struct EpochReport {
  std::size_t epoch = 0;
  Report training;  // running means while the weights move, dropout on
  bool validated = false;
  Report validation;  // after the epoch, dropout off
};

// Called by the thread that called fit, the others waiting.
struct BatchHooks {
  std::function<void(std::size_t batch)> begin;
  std::function<void(std::size_t batch, const Report& running)> end;
};

struct TrainOptions {
  std::size_t batch_size = 32;
  bool shuffle = true;
  bool some_weight = true;     // refuse an epoch whose sample weights are all zero
  std::uint64_t seed = 0;      // of shuffles and dropout, with the epoch's number
  std::function<bool()> poll;  // asked every 20 ms at least; true stops training with Interrupted
  BatchHooks hooks;            // the state is published before each hook
  // Called ten times a second at most with the number of batches done, by the thread that called.
  std::function<void(std::size_t batches, const Report& running)> progress;
};

template <class T> class FullBatchTrainer;

// Trains epoch by epoch. While it lives the network refuses a second trainer.
template <class T> class PROXNET_EXPORT Trainer {
 public:
  // Checks shapes, targets and weights (x is looked at as its rows are first read: the epoch then leaves no trace);
  // allocates all that training needs.
  Trainer(Network<T>& network, const Data<T>& data, const TrainOptions& options);
  // For an epoch in pieces, below; batch_size is what room is made for first.
  Trainer(Network<T>& network, const TrainOptions& options);
  // An epoch begun and not ended leaves the weights as they were before it.
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  // One pass over the rows in the order of (seed, epoch). Whatever it throws, Diverged and Interrupted among it, the
  // weights of the last full epoch are kept; otherwise it publishes the new ones. Batch hooks are called where
  // `hooked`. An optimizer that takes all rows makes one step, and reports loss and metrics of the weights after it.
  Report run_epoch(std::size_t epoch, bool hooked = true);

  // The same for rows that come a batch at a time: equal batches give the bits of run_epoch without shuffling. A batch
  // is one step and need not outlive the call, which returns the epoch's means so far; `publish` shows the new weights
  // and lets others write them until the next batch. What throws takes the epoch back. `batches` is how many there
  // will be: strengths that change within an epoch go by it, and stay as at its start where it is 0, unknown. The
  // sample weights of a batch may all be zero.
  void begin_epoch(std::size_t epoch, std::size_t batches = 0);
  Report run_batch(const Data<T>& batch, bool publish = false);
  Report end_epoch();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;  // or, by the optimizer:
  std::unique_ptr<FullBatchTrainer<T>> full_batch_;
};

// Loss and metrics over batches, of the weights that were published when it was made.
template <class T> class PROXNET_EXPORT Evaluator {
 public:
  explicit Evaluator(const Network<T>& network);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // `some_weight`: whether weights that are all zero are refused.
  void add(const Data<T>& batch, const std::function<bool()>& poll = {}, bool some_weight = false);
  Report report() const;  // of all rows so far

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Loss and metrics of the published weights.
template <class T>
PROXNET_EXPORT Report evaluate(const Network<T>& network, const Data<T>& data, std::function<bool()> poll = {});

// Largest distance of the full-batch gradient to the penalty's subdifferential (subdiff_distance): 0 at a stationary
// point. Constraints are not known to it.
struct LayerOptimality {
  std::size_t layer = 0;  // its place in layers()
  double kernel = 0, bias = 0, gamma = 0, beta = 0;
};

// Of each layer with weights that training moves, at the published weights; dropout off, batch normalization with the
// statistics of all rows (which are then all in memory at once).
template <class T>
PROXNET_EXPORT std::vector<LayerOptimality> optimality(const Network<T>& network, const Data<T>& data,
                                                       std::function<bool()> poll = {});

struct StrengthSearch {
  std::size_t epochs = 5;  // at each strength
  double ratio = 1.25;     // of a strength to the one before
  std::size_t batch_size = 32;
  std::uint64_t seed = 0;
  std::function<bool()> poll;
};
// The factor on the strengths of all penalties from which the network stays constant on these rows. Of one dense layer
// that is where zero, with the best bias, becomes stationary. Of deeper networks zero is a local minimum at any
// strength: a copy trains on, with the network's optimizer, from its weights and weak penalties upwards, until no input
// is in use.
template <class T>
PROXNET_EXPORT double strength_max(const Network<T>& network, const Data<T>& data, const StrengthSearch& search = {});

template <class T> struct FitOptions : TrainOptions {
  std::size_t epochs = 1;
  const Data<T>* validation = nullptr;
  std::function<bool(const EpochReport&)> on_epoch_end;  // false ends training
};

template <class T>
PROXNET_EXPORT std::vector<EpochReport> fit(Network<T>& network, const Data<T>& data, const FitOptions<T>& options);

}  // namespace proxnet
