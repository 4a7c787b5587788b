// Training with full-batch optimizers: an epoch is one iteration.
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
  void make_method();

  NetworkImpl<T>& net_;
  std::optional<UseGuard<T>> training_;
  const Data<T> data_;
  const TrainOptions options_;
  std::unique_ptr<FullBatchMethod<T>> method_;
  std::optional<WriteGuard<T>> writing_;
};

}  // namespace proxnet
