// The layers of a network at work on batches.
#pragma once

#include <memory>
#include <vector>

#include "batch_norm.h"
#include "dense.h"
#include "network_impl.h"
#include "stages.h"

namespace proxnet {

template <class T> struct NetworkRuns {
  // `loss` tells whether the last layer's activation is left to the loss.
  NetworkRuns(const NetworkImpl<T>& network, std::size_t batch, LossKernel loss);

  std::vector<std::unique_ptr<LayerRun<T>>> runs;  // the input first
  std::vector<DenseRun<T>*> dense;
  std::vector<BatchNormRun<T>*> batch_norms;  // those that train
  Stages<T> stages;
};

}  // namespace proxnet
