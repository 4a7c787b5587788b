// What a network holds: its layers, the weights being trained and the published snapshot that everybody else reads.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "array_rules.h"
#include "loss_plan.h"
#include "network_use.h"
#include "parameters.h"
#include "proxnet/network.h"
#include "runtime/team_size.h"

namespace proxnet {

template <class T> struct NetworkImpl {
  std::size_t inputs = 0;
  std::vector<Layer> layers;
  std::vector<Layer> run_layers;  // folded at construction; compile() does not touch them, so predict may read them
  std::uint64_t seed = 0;

  std::atomic<bool> compiled{false};
  Optimizer optimizer;
  Loss loss;
  std::vector<MetricSpec> metrics;
  PenaltyStep penalty_step = PenaltyStep::kProximal;
  std::vector<ArrayRule> rules;  // one an array, as numbered in Parameters

  // What the last trainer found out about its steps: the next one of the same shape need not try again.
  struct StepTeam {
    std::size_t batch_size;
    int most_threads;
    TeamSize size;
  };
  std::optional<StepTeam> step_team;

  mutable NetworkUse use;

  std::vector<bool> trainable;  // of each layer, as the next compile() will have it; under fork_lock(this)
  std::size_t outputs() const;
  // Of the last layer.
  Activation output_activation() const;
  LossPlan<T> plan() const;

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
    use.mend();
  }
  double penalty(const Parameters<T>& parameters) const;
  // What multiplies the strengths of an array at these weights, after the last epoch.
  double strength(const Parameters<T>& parameters, std::size_t array) const;

 private:
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
              : " the network must not be in use: an evaluate, predict or save has not ended"));
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

// Who reads and writes the live weights: an epoch between its hooks, or set_weights. `wait` for the other, or refuse.
template <class T> class Writing {
 public:
  Writing(NetworkImpl<T>& network, const char* operation, bool wait) : network_(network) {
    while (network.use.begin(Use::kWriting, fork_) != NetworkUse::Answer::kBegun) {
      if (!wait) throw InvalidState(sentence(operation, " the network is in the middle of an epoch"));
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

}  // namespace proxnet
