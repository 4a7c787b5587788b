// A smaller network with the same predictions: without the inputs and units that exact zeros have cut off.
#pragma once

#include <cstddef>
#include <vector>

#include "proxnet/network.h"

namespace proxnet {

struct CompactOptions {
  // Units that do not depend on the inputs go into the biases of the layer above; else they stay, without weights.
  bool fold_constants = false;
  // BatchNormalization and Normalization are multiplied into the dense layers beside them, where there are any.
  bool fold_norms = false;
};

template <class T> struct Compacted {
  Network<T> network;
  std::vector<std::size_t> inputs;              // the columns of x that are in use
  std::vector<std::vector<std::size_t>> units;  // of each dense layer, those that stay
  std::vector<std::size_t> layers;              // the layers that stay
};

// The network takes rows of full width: a ColumnSelection is its first layer where inputs are not in use. Without
// folding predictions have the same bits. Constants that are folded change the outputs of a layer by at most (terms
// folded) * epsilon * sum |c w|, normalizations z = k x + c by (inputs + 3) * epsilon * (sum |k x w| + sum |c w| +
// |b|). Compiled like the old one, with the optimizer's state of what stays, or a new state after normalizations were
// folded.
template <class T>
PROXNET_EXPORT Compacted<T> compact(const Network<T>& network, const CompactOptions& options = {});

}  // namespace proxnet
