// Normalizations multiplied into the dense layers beside them.
#pragma once

#include <vector>

#include "layers/parameters.h"

namespace proxnet {

template <class T> struct FoldedNorms {
  std::vector<Layer> layers;
  std::vector<std::size_t> kept;  // their numbers among the layers before
  Parameters<T> parameters;       // weights alone, without the optimizer's state
};

// With z = k x + c per column for a normalization: z W + b = x (k W) + (c W + b) for the dense layer behind it (a
// Dropout may stand between), and k (x W + b) + c = x (W k) + (k b + c) for a linear dense layer in front of it. The
// products are taken in double precision and rounded once. Normalizations with neither neighbour stay. Throws
// InvalidInput where a weight overflows.
template <class T> FoldedNorms<T> fold_norms(const std::vector<Layer>& layers, const Parameters<T>& parameters);

}  // namespace proxnet
