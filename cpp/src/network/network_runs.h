// The layers of a network in training.
#pragma once

#include <memory>
#include <vector>

#include "layers/batch_norm.h"
#include "layers/dense.h"
#include "layers/stages.h"
#include "network/network_impl.h"

namespace proxnet {

template <class T> struct NetworkRuns {
  // `parameters`: for shapes alone. `batch`: the most rows of a batch.
  NetworkRuns(const NetworkImpl<T>& network, const Parameters<T>& parameters, std::size_t batch,
              const LossPlan<T>& loss, bool dropout = true);

  // The activity penalties of the last batch.
  double activity(std::size_t batch_rows) const;

  std::vector<std::unique_ptr<LayerRun<T>>> runs;  // the input first
  std::vector<DenseRun<T>*> dense;
  std::vector<BatchNormRun<T>*> batch_norms;  // trainable ones
  Stages<T> stages;
};

}  // namespace proxnet
