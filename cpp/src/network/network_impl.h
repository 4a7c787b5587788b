// The state of a network: its layers, the live weights that training moves, and the published snapshot that all others
// read.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <vector>

#include "layers/parameter_specs.h"
#include "layers/parameters.h"
#include "losses/loss_plan.h"
#include "network/network_use.h"
#include "proxnet/network.h"
#include "runtime/poll_here.h"
#include "runtime/team_size.h"

namespace proxnet {

template <class T> struct NetworkImpl {
  std::size_t inputs = 0;
  // Members marked (write) are read and written under a WriteGuard only; network_use.h has all rules.
  std::vector<Layer> layers;  // (write) the layers of the live weights
  std::size_t output_columns = 0;
  std::uint64_t seed = 0;

  std::atomic<bool> compiled{false};
  Optimizer optimizer;  // (write) set by change_optimizer()
  Loss loss;
  std::vector<MetricSpec> metrics;
  PenaltyStep penalty_step = PenaltyStep::kProximal;
  std::vector<ParameterSpec> specs;  // (write) one per array, as numbered in Parameters

  // The team size that the last trainer measured to be fastest, for the next trainer with steps of the same shape.
  struct StepTeam {
    std::size_t batch_size;
    int most_threads;
    TeamSize size;
  };
  std::optional<StepTeam> step_team;

  mutable NetworkUse use;

  std::vector<bool> trainable;  // per layer, for the next compile(); under fork_lock(this)
  std::size_t outputs() const { return output_columns; }
  LossPlan<T> plan_loss(const Parameters<T>& parameters) const;
  std::shared_ptr<const Optimizer> published_optimizer() const {
    const std::lock_guard lock(fork_lock(this));
    return published_optimizer_;
  }
  // (write)
  void change_optimizer(const Optimizer& changed);

  // (write) publish() invalidates the reference.
  Parameters<T>& live() { return *live_; }
  const Parameters<T>& live() const { return *live_; }
  std::shared_ptr<const Parameters<T>> published() const {
    const std::lock_guard lock(fork_lock(this));
    return published_;
  }
  // (write) Replaces the published snapshot by a copy of the live weights and state, in one pointer swap. There are two
  // copies, live and published, and a third only while a reader holds an older snapshot. Throws std::bad_alloc or
  // Interrupted with the published snapshot as it was.
  void publish();
  // (write) Live and published weights go back to a snapshot. Allocates nothing, throws nothing.
  void restore(std::shared_ptr<const Parameters<T>> snapshot) {
    *live_ = *snapshot;
    auto old = std::const_pointer_cast<Parameters<T>>(std::move(snapshot));
    const std::lock_guard lock(fork_lock(this));
    published_.swap(old);
  }
  // (write) In a forked child: replaces live weights that a thread of the parent may have been writing.
  void repair() {
    if (!use.torn()) return;
    const PollScope uninterrupted([] {});
    live_ = std::make_shared<Parameters<T>>(*published());
    layers = *live_->layers, specs = *live_->specs, optimizer = *published_optimizer();
    use.repair();
  }
  // (write) Replaces the layers and publishes.
  void use_layers(std::vector<Layer> layers);
  // (write) Restarts the sparsity target of a kernel.
  void reset_target(const ParameterSpec& spec, std::size_t dense);

  struct Settings {
    std::optional<std::vector<Layer>> layers;
    std::optional<Optimizer> optimizer;  // its learning rate is ignored
  };
  // Settings take effect at the next epoch of a running fit, otherwise at once.
  void defer_settings(Settings settings);
  // (write) Applies the deferred settings; false if there are none.
  bool apply_settings();
  bool has_pending_settings() const;

  // The sum of the penalties.
  double penalty(const Parameters<T>& parameters) const;
  // The factor on the penalty strengths of an array after the last epoch.
  double strength(const Parameters<T>& parameters, std::size_t array) const;

 private:
  Settings pending_;                                                                      // under fork_lock(this)
  std::shared_ptr<const Optimizer> published_optimizer_ = std::make_shared<Optimizer>();  // under fork_lock(this)
  std::shared_ptr<Parameters<T>> live_ = std::make_shared<Parameters<T>>();
  std::shared_ptr<Parameters<T>> published_;  // under fork_lock(this)
};

// One use of a network, from construction to destruction.
template <class T> class UseGuard {
 public:
  // Waits for compile(); kCompiling waits for short reads. Throws InvalidState instead of waiting for long work.
  UseGuard(const NetworkImpl<T>& network, Use use, const char* operation) : network_(network), use_(use) {
    NetworkUse::Answer answer;
    while ((answer = network.use.begin(use, fork_)) == NetworkUse::Answer::kWait) std::this_thread::yield();
    if (answer == NetworkUse::Answer::kBusy)
      throw InvalidState(sentence(
          operation,
          network.use.training()
              ? (use == Use::kTraining ? " the network is already being trained" : " the network is being trained")
              : " the network must not be in use: a fit, evaluate, predict, save or load has not ended"));
    while (use == Use::kCompiling && network.use.read()) std::this_thread::yield();
  }
  ~UseGuard() { network_.use.end(use_, fork_); }
  UseGuard(const UseGuard&) = delete;
  UseGuard& operator=(const UseGuard&) = delete;

 private:
  const NetworkImpl<T>& network_;
  const Use use_;
  unsigned fork_ = 0;
};

// Exclusive access to the live weights: an epoch between its hooks, or set_weights(). Waits for a brief writer; for a
// long one (an epoch) it waits with `wait`, else throws InvalidState.
template <class T> class WriteGuard {
 public:
  WriteGuard(NetworkImpl<T>& network, const char* operation, bool wait, Use use = Use::kWriting) : network_(network) {
    NetworkUse::Answer answer;
    while ((answer = network.use.begin(use, fork_)) != NetworkUse::Answer::kBegun) {
      if (!wait && answer == NetworkUse::Answer::kBusy)
        throw InvalidState(sentence(operation, " the network is in the middle of an epoch"));
      std::this_thread::yield();
    }
    try {
      network.repair();
    } catch (...) {
      network.use.end(Use::kWriting, fork_);
      throw;
    }
  }
  ~WriteGuard() { network_.use.end(Use::kWriting, fork_); }
  WriteGuard(const WriteGuard&) = delete;
  WriteGuard& operator=(const WriteGuard&) = delete;

 private:
  NetworkImpl<T>& network_;
  unsigned fork_ = 0;
};

// Calls hook() without the epoch's WriteGuard: a hook may set weights.
template <class T, class F> void call_hook(NetworkImpl<T>& network, std::optional<WriteGuard<T>>& writing, F&& hook) {
  struct Resume {
    NetworkImpl<T>& network;
    std::optional<WriteGuard<T>>& writing;
    ~Resume() { writing.emplace(network, "[fit]", true); }
  };
  writing.reset();
  const Resume resume{network, writing};
  hook();
}

// Ends training, then applies settings that were deferred to the next epoch, if memory allows it. The order matters:
// once training has ended, defer_settings() applies settings itself, so none is forgotten.
template <class T>
void close_training(NetworkImpl<T>& network, std::optional<UseGuard<T>>& training,
                    std::optional<WriteGuard<T>>& writing) noexcept {
  try {
    if (!writing && network.has_pending_settings()) writing.emplace(network, "[fit]", true, Use::kBriefWriting);
    training.reset();
    if (!writing && network.has_pending_settings())  // deferred since
      writing.emplace(network, "[fit]", true, Use::kBriefWriting);
    if (writing) network.apply_settings();
  } catch (const std::bad_alloc&) {
  }
  training.reset();
  writing.reset();
}

}  // namespace proxnet
