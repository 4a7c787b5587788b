// Training of a network, epoch by epoch.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "proxnet/evaluate.h"
#include "proxnet/network.h"
#include "proxnet/optimality.h"
#include "proxnet/strength_max.h"

namespace proxnet {

struct EpochReport {
  std::size_t epoch = 0;
  Report training;  // running means during the epoch, dropout on
  bool validated = false;
  Report validation;  // after the epoch, dropout off
};

// Called by the thread that called fit() while the other threads wait.
struct BatchHooks {
  std::function<void(std::size_t batch)> begin;
  std::function<void(std::size_t batch, const Report& running)> end;
};

struct TrainOptions {
  std::size_t batch_size = 32;
  bool shuffle = true;
  bool some_weight = true;     // throw InvalidInput for an epoch whose sample weights are all zero
  std::uint64_t seed = 0;      // of shuffles and dropout, together with the epoch's number
  std::function<bool()> poll;  // called at least every 20 ms; true throws Interrupted
  BatchHooks hooks;            // weights and state are published before each hook
  // Called at most ten times per second with the number of batches done, by the thread that called fit().
  std::function<void(std::size_t batches, const Report& running)> progress;
};

template <class T> class FullBatchTrainer;

// While a trainer lives the network refuses a second one.
template <class T> class PROXNET_EXPORT Trainer {
 public:
  // Checks shapes, targets and sample weights, and allocates. Values of x are checked in the first epoch, as its rows
  // are read; that epoch then leaves the weights as they were.
  Trainer(Network<T>& network, const Data<T>& data, const TrainOptions& options);
  // For epochs batch by batch, below. Buffers grow with the largest batch; batch_size is their first size.
  Trainer(Network<T>& network, const TrainOptions& options);
  // Discards an unfinished epoch.
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  // One pass over the rows, shuffled by (seed, epoch), then publishes the weights. On any exception, Diverged and
  // Interrupted too, the weights of the last full epoch stay. `hooked`: calls the batch hooks. Full-batch optimizers
  // take one step, and report loss and metrics after it.
  Report run_epoch(std::size_t epoch, bool hooked = true);

  // The same for rows that come batch by batch: equal batches give the bits of run_epoch() without shuffling. Each
  // batch is one step; its data may go after the call, which returns the epoch's running means. `publish`: publishes
  // the weights, and lets others write them until the next batch. On an exception the epoch is discarded. `batches`:
  // their number in the epoch, which StrengthRamps follow; 0: unknown, ramps stay at their start.
  void begin_epoch(std::size_t epoch, std::size_t batches = 0);
  Report run_batch(const Data<T>& batch, bool publish = false);
  Report end_epoch();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;                       // mini-batch optimizers
  std::unique_ptr<FullBatchTrainer<T>> full_batch_;  // full-batch optimizers
};

template <class T> struct FitOptions : TrainOptions {
  std::size_t epochs = 1;
  const Data<T>* validation = nullptr;
  std::function<bool(const EpochReport&)> on_epoch_end;  // false ends training
};

template <class T>
PROXNET_EXPORT std::vector<EpochReport> fit(Network<T>& network, const Data<T>& data, const FitOptions<T>& options);

}  // namespace proxnet
