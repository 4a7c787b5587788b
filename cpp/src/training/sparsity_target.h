// Kernels that are to have a given share of zeros: a threshold on magnitudes, or the strength of their penalty, is
// moved until they have it; then the zeros stay and the others are refitted.
#pragma once

#include <vector>

#include "network/network_impl.h"

namespace proxnet {

template <class T> class SparsityTargets {
 public:
  SparsityTargets() = default;
  explicit SparsityTargets(const NetworkImpl<T>& network);

  // By one thread before a step, when `share` of the epoch is over: reads the weights, moves thresholds and strengths.
  void retarget(Parameters<T>& parameters, double share, const KernelTable<T>& k);

 private:
  // Arrays with one threshold or strength: a kernel, or all of them.
  using Scope = std::vector<std::size_t>;
  // The magnitude that so many of the weights do not exceed; below zero for none.
  double quantile(const Scope& scope, const Parameters<T>& parameters, std::size_t count);
  void follow(const Scope& scope, Parameters<T>& parameters, double wanted, const KernelTable<T>& k);

  const NetworkImpl<T>* network_ = nullptr;
  std::vector<Scope> scopes_;
  std::vector<unsigned> bins_;
  std::vector<T> near_;
};

}  // namespace proxnet
