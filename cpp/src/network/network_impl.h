// What a network holds: its layers, the weights being trained and the published snapshot that everybody else reads.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "layers/array_rules.h"
#include "layers/parameters.h"
#include "losses/loss_plan.h"
#include "proxnet/network.h"
#include "runtime/team_size.h"

namespace proxnet {

Activation activation_of(const Layer& last);
// Throws InvalidInput where the layers rule out this way to train them.
void check_training(const Optimizer& optimizer, const std::vector<Layer>& layers, const std::vector<ArrayRule>& rules,
                    PenaltyStep penalty_step);

template <class T> struct NetworkImpl {
  std::size_t inputs = 0;
  std::vector<Layer> layers;
  std::size_t output_columns = 0;
  std::uint64_t seed = 0;

  bool compiled = false;
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

  std::atomic<bool> training{false};
  std::atomic<bool> writing{false};  // held by Writing

  std::vector<bool> trainable;  // of each layer, as the next compile() will have it
  std::size_t outputs() const { return output_columns; }
  // Of the last layer, as it is published.
  Activation output_activation() const;
  LossPlan<T> plan() const;

  // Written by the trainer, or by set_weights where there is none. Moves at publish().
  Parameters<T>& live() { return *live_; }
  const Parameters<T>& live() const { return *live_; }
  std::shared_ptr<const Parameters<T>> published() const { return published_.load(std::memory_order_acquire); }
  // Makes the live weights and state what the others see, in one move. Weights and state exist twice, live and
  // published, and a third time only while a reader still holds an older snapshot. Where there is no memory for that it
  // throws, and what was published stays so.
  void publish();
  // The live and the published weights and state go back to an earlier snapshot; needs no memory.
  void restore(const std::shared_ptr<const Parameters<T>>& snapshot) {
    published_.store(std::const_pointer_cast<Parameters<T>>(snapshot), std::memory_order_release);
    *live_ = *snapshot;
  }
  // Makes these layers the network's, and publishes. By who writes the live weights.
  void use_layers(std::vector<Layer> layers);
  // Settings that wait for the next epoch of a running fit.
  struct Settings {
    std::optional<std::vector<Layer>> layers;
    std::optional<Optimizer> optimizer;  // but its learning rate, which is passed on by itself
  };
  // The state of a kernel on its way to a share of zeros starts anew.
  void reset_target(const ArrayRule& rule, std::size_t dense);
  void put_settings(Settings settings);
  // Takes those that wait; whether there were any. By who writes the live weights.
  bool take_settings();
  double penalty(const Parameters<T>& parameters) const;
  // What multiplies the strengths of an array at these weights, after the last epoch.
  double strength(const Parameters<T>& parameters, std::size_t array) const;

 private:
  std::mutex settings_lock_;
  Settings settings_;
  std::shared_ptr<Parameters<T>> live_ = std::make_shared<Parameters<T>>();
  std::atomic<std::shared_ptr<Parameters<T>>> published_;
};

// Who writes the live weights: an epoch between its hooks, or set_weights. `wait` for the other, or refuse.
template <class T> class Writing {
 public:
  Writing(NetworkImpl<T>& network, const char* operation, bool wait) : network_(network) {
    while (network_.writing.exchange(true, std::memory_order_acquire)) {
      if (!wait) throw InvalidState(sentence(operation, " the network is in the middle of an epoch"));
      std::this_thread::yield();
    }
  }
  ~Writing() { network_.writing.store(false, std::memory_order_release); }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

 private:
  NetworkImpl<T>& network_;
};

// At a trainer's end: settings that waited for another epoch count now, where memory allows it.
template <class T> void close_training(NetworkImpl<T>& network, std::optional<Writing<T>>& writing) noexcept {
  if (!writing) writing.emplace(network, "[fit]", true);
  try {
    network.take_settings();
  } catch (const std::bad_alloc&) {
  }
  writing.reset();
  network.training = false;
}

}  // namespace proxnet
