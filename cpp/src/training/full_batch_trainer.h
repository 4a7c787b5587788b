// Training by a method that takes all rows in every step: an epoch is an iteration.
#pragma once

#include <memory>
#include <optional>

#include "training/full_batch_method.h"

namespace proxnet {

template <class T> class FullBatchTrainer {
 public:
  FullBatchTrainer(NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options);
  ~FullBatchTrainer() { close_training(net_, training_, writing_); }
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

  void make_method();

  NetworkImpl<T>& net_;
  std::optional<Using<T>> training_;
  const Data<T> data_;
  const TrainOptions options_;
  std::unique_ptr<FullBatchMethod<T>> method_;
  std::optional<Writing<T>> writing_;
};

}  // namespace proxnet
