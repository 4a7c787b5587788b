// Which nodes of a network a path of non-zero weights runs through: one answer for sparsity() and compaction.
#pragma once

#include <optional>
#include <vector>

#include "layers/parameters.h"

namespace proxnet {

// Whether every output of the layer depends on all of its inputs, in a dense layer on all of its units: a softmax.
bool mixes(const Layer& layer);

// Level 0 are the inputs, level l + 1 the outputs of layers[l]. A node is in use where a path of non-zero weights leads
// from an input through it to an output. A gamma of zero closes its node; a softmax connects every node with every one.
struct Reachability {
  std::vector<std::vector<bool>> reached, leads;

  bool in_use(std::size_t level, std::size_t node) const { return reached[level][node] && leads[level][node]; }
  std::vector<bool> in_use(std::size_t level) const;
};

template <class T>
Reachability reachability(std::size_t inputs, const std::vector<Layer>& layers, const Parameters<T>& parameters);

// The first layer none of whose outputs is reached, if there is one: the forward half alone, which stops early.
template <class T>
std::optional<std::size_t> first_unreached(std::size_t inputs, const std::vector<Layer>& layers,
                                           const Parameters<T>& parameters);

}  // namespace proxnet
