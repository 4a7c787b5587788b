// The distance of a network's weights from a stationary point.
#pragma once

#include <functional>
#include <vector>

#include "proxnet/evaluate.h"

namespace proxnet {

// Largest distance of -gradient to the penalty's subdifferential (subdiff_distance) per array; 0 at a stationary point.
// Constraints are ignored.
struct LayerOptimality {
  std::size_t layer = 0;  // index in layers()
  double kernel = 0, bias = 0, gamma = 0, beta = 0;
};

// One entry per layer with trainable weights, at the published weights, with the gradient over all rows. Dropout is
// off; batch normalization takes the statistics of all rows, which are then in memory at once.
template <class T>
PROXNET_EXPORT std::vector<LayerOptimality> optimality(const Network<T>& network, const Data<T>& data,
                                                       std::function<bool()> poll = {});

}  // namespace proxnet
