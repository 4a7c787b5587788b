// What a network holds: its layers, the weights being trained and the published snapshot that everybody else reads.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <vector>

#include "layers/array_rules.h"
#include "layers/parameters.h"
#include "losses/loss_plan.h"
#include "network/network_use.h"
#include "proxnet/network.h"
#include "runtime/team_size.h"

namespace proxnet {

Activation activation_of(const Layer& last);
// Throws InvalidInput where the layers rule out this way to train them.
void check_training(const Optimizer& optimizer, const std::vector<Layer>& layers, const std::vector<ArrayRule>& rules,
                    PenaltyStep penalty_step);

template <class T> struct NetworkImpl {
  std::size_t inputs = 0;
  std::vector<Layer> layers;  // as the live weights have them: for who has a Writing; others take the published ones
  std::size_t output_columns = 0;
  std::uint64_t seed = 0;

  std::atomic<bool> compiled{false};
  Optimizer optimizer;  // for who has a Writing; changed by change_optimizer()
  Loss loss;
  std::vector<MetricSpec> metrics;
  PenaltyStep penalty_step = PenaltyStep::kProximal;
  std::vector<ArrayRule> rules;  // one an array, as numbered in Parameters; see layers

  // What the last trainer found out about its steps: the next one of the same shape need not try again.
  struct StepTeam {
    std::size_t batch_size;
    int most_threads;
    TeamSize size;
  };
  std::optional<StepTeam> step_team;

  mutable NetworkUse use;

  std::vector<bool> trainable;  // of each layer, as the next compile() will have it; under fork_lock(this)
  std::size_t outputs() const { return output_columns; }
  // Of the last layer, as it is published.
  Activation output_activation() const;
  LossPlan<T> plan(const Parameters<T>& parameters) const;
  // The optimizer as others than a Writing see it.
  std::shared_ptr<const Optimizer> published_optimizer() const {
    const std::lock_guard lock(fork_lock(this));
    return published_optimizer_;
  }
  // By who has a Writing.
  void change_optimizer(const Optimizer& changed);

  // For who has a Writing. Moves at publish().
  Parameters<T>& live() { return *live_; }
  const Parameters<T>& live() const { return *live_; }
  std::shared_ptr<const Parameters<T>> published() const {
    const std::lock_guard lock(fork_lock(this));
    return published_;
  }
  // Makes the live weights and state what the others see, in one move. Weights and state exist twice, live and
  // published, and a third time only while a reader still holds an older snapshot. Where there is no memory for that it
  // throws, and what was published stays so.
  void publish();
  // The live and the published weights and state go back to an earlier snapshot; needs no memory.
  void restore(std::shared_ptr<const Parameters<T>> snapshot) {
    *live_ = *snapshot;
    auto old = std::const_pointer_cast<Parameters<T>>(std::move(snapshot));
    const std::lock_guard lock(fork_lock(this));
    published_.swap(old);
  }
  // Weights that a thread of the parent was writing at a fork are replaced by the published ones.
  void mend() {
    if (!use.torn()) return;
    live_ = std::make_shared<Parameters<T>>(*published());
    layers = *live_->layers, rules = *live_->rules, optimizer = *published_optimizer();
    use.mend();
  }
  // Makes these layers the network's, and publishes. By who has a Writing, as take_settings().
  void use_layers(std::vector<Layer> layers);
  // Settings that wait for the next epoch of a running fit.
  struct Settings {
    std::optional<std::vector<Layer>> layers;
    std::optional<Optimizer> optimizer;  // but its learning rate, which is passed on by itself
  };
  // The state of a kernel on its way to a share of zeros starts anew.
  void reset_target(const ArrayRule& rule, std::size_t dense);
  // They count from the next epoch of a fit that runs, where there is none from now on.
  void put_settings(Settings settings);
  // Takes those that wait; whether there were any.
  bool take_settings();
  // Whether there are such settings.
  bool settings_wait() const;
  double penalty(const Parameters<T>& parameters) const;
  // What multiplies the strengths of an array at these weights, after the last epoch.
  double strength(const Parameters<T>& parameters, std::size_t array) const;

 private:
  Settings settings_;                                                                     // under fork_lock(this)
  std::shared_ptr<const Optimizer> published_optimizer_ = std::make_shared<Optimizer>();  // the same
  std::shared_ptr<Parameters<T>> live_ = std::make_shared<Parameters<T>>();
  std::shared_ptr<Parameters<T>> published_;  // under fork_lock(this)
};

// One use of a network, from construction to destruction.
template <class T> class Using {
 public:
  // Waits for compile(), as compile() waits for others' reads; throws InvalidState in the middle of long work.
  Using(const NetworkImpl<T>& network, Use use, const char* operation) : network_(network), use_(use) {
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
  ~Using() { network_.use.end(use_, fork_); }
  Using(const Using&) = delete;
  Using& operator=(const Using&) = delete;

 private:
  const NetworkImpl<T>& network_;
  const Use use_;
  unsigned fork_ = 0;
};

// Who reads and writes the live weights: an epoch between its hooks, or set_weights. It waits for one that is brief;
// `wait` for a long one too, or refuse.
template <class T> class Writing {
 public:
  Writing(NetworkImpl<T>& network, const char* operation, bool wait, Use use = Use::kWriting) : network_(network) {
    NetworkUse::Answer answer;
    while ((answer = network.use.begin(use, fork_)) != NetworkUse::Answer::kBegun) {
      if (!wait && answer == NetworkUse::Answer::kBusy)
        throw InvalidState(sentence(operation, " the network is in the middle of an epoch"));
      std::this_thread::yield();
    }
    try {
      network.mend();
    } catch (...) {
      network.use.end(Use::kWriting, fork_);
      throw;
    }
  }
  ~Writing() { network_.use.end(Use::kWriting, fork_); }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

 private:
  NetworkImpl<T>& network_;
  unsigned fork_ = 0;
};

// At a trainer's end: settings that waited for another epoch count now, where memory allows it. Training is over before
// they are taken, so that what put_settings() leaves to a trainer is never left behind; who trains or compiles next
// waits for the Writing.
template <class T>
void close_training(NetworkImpl<T>& network, std::optional<Using<T>>& training,
                    std::optional<Writing<T>>& writing) noexcept {
  try {
    // A Writing only for settings that wait: other threads have nothing to wait for then.
    if (!writing && network.settings_wait()) writing.emplace(network, "[fit]", true, Use::kBriefWriting);
    training.reset();
    if (!writing && network.settings_wait())  // they came just now
      writing.emplace(network, "[fit]", true, Use::kBriefWriting);
    if (writing) network.take_settings();
  } catch (const std::bad_alloc&) {
  }
  training.reset();
  writing.reset();
}

}  // namespace proxnet
