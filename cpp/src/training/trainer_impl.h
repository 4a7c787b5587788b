// Training with mini-batch optimizers: the layers at work, the buffers of a batch, the order of the rows and the sums
// of the epoch so far.
#pragma once

#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "losses/batch_loss.h"
#include "network/network_runs.h"
#include "proxnet/fit.h"
#include "runtime/poller.h"
#include "runtime/random.h"
#include "runtime/team.h"
#include "training/weight_update.h"

namespace proxnet {

// The sums of an unfinished epoch.
struct RunningReport {
  double loss = 0, rows = 0, weight = 0;
  std::vector<MetricSums> metrics;

  Report report() const { return {loss / rows, results(metrics)}; }
};

struct NotFinite : InvalidInput {
  using InvalidInput::InvalidInput;
};

template <class T> struct Trainer<T>::Impl {
  Impl(NetworkImpl<T>& network, const Data<T>& data, std::size_t batch_size, const TrainOptions& options);
  ~Impl() {
    if (running) abandon();
    close_training(net, training, writing);
  }

  Report run_epoch(std::size_t epoch, bool call_hooks);
  void begin_epoch(std::size_t epoch, std::size_t batches);
  Report run_batch(const Data<T>& batch, bool publish);
  Report end_epoch();

 private:
  // All memory for steps of batch_size rows.
  void allocate();
  void build_layers();
  // All steps over the rows in `order`.
  void run_steps();
  void check_finite() const;
  // Discards the epoch.
  void abandon();
  // Steps [begin, end) by one thread of the team. Moves `end` back to a step after which the layers must be pruned
  // anew.
  void run_member(Member& member, std::size_t begin, std::size_t& end);
  // Rows and targets before the first layer; losses, metrics and gradient after the last.
  void load_rows(RowRange rows, std::size_t batch_rows, const StepContext<T>& step);
  void loss_rows(RowRange rows);
  // Adds the batch to the epoch's sums and returns its loss. By one thread between two barriers.
  double sum_rows(std::size_t batch_rows);

  NetworkImpl<T>& net;
  std::optional<UseGuard<T>> training;
  Data<T> data;
  const TrainOptions options;
  const KernelTable<T>& k = kernels<T>();
  std::size_t batch_size;
  std::size_t epoch = 0, rows_before = 0, batches_before = 0;  // done in this epoch before the rows in `order`
  std::size_t epoch_batches = 0;                               // 0: unknown
  std::optional<RunningReport> running;                        // set during an epoch
  std::shared_ptr<const Parameters<T>> epoch_start;            // the snapshot to restore, if the epoch publishes steps
  bool pruned = false;                                         // layers skip units with zero weights
  bool unchecked_x = true;                                     // x is checked as it is read, until an epoch is done
  bool hooked = false, long_step = false, large_step = false;
  std::unique_ptr<NetworkRuns<T>> layers;
  std::unique_ptr<WeightUpdate<T>> update;
  std::vector<std::size_t> order;
  Activations<T> y;  // targets of the batch
  BatchLoss<T> loss;
  std::vector<Scratch<T>> scratch;  // one per thread
  StepScalars<T> scalars;
  std::optional<WriteGuard<T>> writing;
  Poller poller{options.poll, "[fit]"};
  std::chrono::steady_clock::time_point reported = std::chrono::steady_clock::now();
  bool warm = false;  // steps have run since allocate()
};

}  // namespace proxnet
