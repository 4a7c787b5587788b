// What a trainer holds: the layers at work, room for a batch, the order of the rows, and the epoch's sums so far.
// trainer.cpp takes its steps, epochs.cpp its epochs.
#pragma once

#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "losses/metric_rows.h"
#include "network/network_runs.h"
#include "proxnet/fit.h"
#include "runtime/poller.h"
#include "runtime/random.h"
#include "runtime/team.h"
#include "training/weight_update.h"

namespace proxnet {

// Sums of an epoch so far; what a Report is made of.
struct RunningReport {
  double loss = 0, rows = 0, weight = 0;
  std::vector<MetricSums> metrics;

  RunningReport(const std::vector<MetricSpec>& specs, std::size_t outputs) {
    for (const MetricSpec& spec : specs) metrics.emplace_back(spec, outputs);
  }
  Report report() const {
    Report r{loss / rows, {}};
    for (const MetricSums& sums : metrics) r.metrics.push_back(sums.result());
    return r;
  }
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
  // All the memory that steps of batch_size rows need.
  void make_room();
  void build_layers();
  // All steps over the rows in `order`.
  void run_steps();
  void check_finite() const;
  void abandon();
  // Batches begin .. end of those in `order`, `end` moved back to where the layers have to plan anew.
  void run_member(Member& member, std::size_t begin, std::size_t& end);
  // Before the first layer and after the last: the batch's rows and targets, its losses, metrics and their gradient.
  void load_rows(RowRange rows, std::size_t batch_rows, const StepContext<T>& step);
  void loss_rows(RowRange rows);
  // Hooks may set weights: the epoch lets go of them meanwhile.
  template <class F> void call_hook(F&& hook) {
    struct Back {
      Impl& impl;
      ~Back() { impl.writing.emplace(impl.net, "[fit]", true); }
    };
    writing.reset();
    const Back back{*this};
    hook();
  }
  // Between the barriers, while the rows' values stand still: adds them to the epoch's sums, returns the batch's loss.
  double sum_rows(std::size_t batch_rows);

  NetworkImpl<T>& net;
  std::optional<Using<T>> training;
  Data<T> data;
  const TrainOptions options;
  const KernelTable<T>& k = kernels<T>();
  std::size_t batch_size;
  std::size_t epoch = 0, rows_before = 0, batches_before = 0;  // of the epoch, before those in `order`
  std::size_t epoch_batches = 0;                               // 0 for unknown
  std::optional<RunningReport> running;                        // while an epoch runs
  std::shared_ptr<const Parameters<T>> before;                 // as the epoch began, where hooks see steps of it
  bool planned = false;                                        // the layers leave out what the weights made superfluous
  bool unread = true;  // not all rows have been found finite: they are looked at while they are near
  bool hooked = false, long_step = false, large_step = false;
  std::unique_ptr<NetworkRuns<T>> layers;
  std::unique_ptr<WeightUpdate<T>> update;
  LossPlan<T> loss;
  std::vector<std::size_t> order;
  Activations<T> y;
  std::vector<T> weight, row_scale, row_loss;
  std::vector<MetricRows<T>> metric_rows;
  std::vector<std::vector<T>> metric_values;
  std::vector<Scratch<T>> scratch;  // one a thread
  StepScalars<T> scalars;
  std::optional<Writing<T>> writing;
  Poller poller{options.poll, "[fit]"};
  std::chrono::steady_clock::time_point reported = std::chrono::steady_clock::now();
  bool begun = false;  // steps have been taken since make_room()
};

}  // namespace proxnet
