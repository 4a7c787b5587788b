// Training by a method that takes all rows in every step: an epoch is an iteration.
#pragma once

#include <memory>
#include <optional>

#include "full_batch_method.h"

namespace proxnet {

// Throws InvalidInput unless the optimizer is no such method, or can minimise what layers, rules and kind of penalty
// step make of a network.
void check_full_batch(const Optimizer& optimizer, const std::vector<Layer>& layers, const std::vector<ArrayRule>& rules,
                      PenaltyStep penalty_step);

template <class T> class FullBatchTrainer {
 public:
  FullBatchTrainer(NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options);
  FullBatchTrainer(const FullBatchTrainer&) = delete;
  FullBatchTrainer& operator=(const FullBatchTrainer&) = delete;

  Report run_epoch(bool hooked);

 private:
  // A hook may set weights: the epoch lets go of them meanwhile.
  template <class F> void call_hook(F&& hook) {
    struct Back {
      FullBatchTrainer& trainer;
      ~Back() { trainer.writing_.emplace(trainer.net_, "[fit]", true); }
    };
    writing_.reset();
    const Back back{*this};
    hook();
  }

  NetworkImpl<T>& net_;
  const Using<T> training_;
  const Data<T> data_;
  const TrainOptions options_;
  std::unique_ptr<FullBatchMethod<T>> method_;
  std::optional<Writing<T>> writing_;
};

}  // namespace proxnet
