// Sparsity targets: kernels reach a given fraction of zeros by a threshold on magnitudes, or by the strength of their
// penalty. A refit then trains the other weights with the zeros fixed.
#pragma once

#include <vector>

#include "network/network_impl.h"

namespace proxnet {

template <class T> class SparsityTargets {
 public:
  SparsityTargets() = default;
  explicit SparsityTargets(const NetworkImpl<T>& network);

  // Sets thresholds and strengths before a step, by one thread. `epoch_fraction`: steps done / steps of the epoch.
  void retarget(Parameters<T>& parameters, double epoch_fraction, const KernelTable<T>& k);

 private:
  // Dense layers with a common threshold or strength: one, or all with a network-wide target.
  using Scope = std::vector<std::size_t>;
  // The count-th smallest magnitude of the weights in scope; -1 if there is none.
  double quantile(const Scope& scope, const Parameters<T>& parameters, std::size_t count);
  // Scales the strengths towards a fraction of zeros.
  void follow(const Scope& scope, Parameters<T>& parameters, double fraction, const KernelTable<T>& k);

  const NetworkImpl<T>* network_ = nullptr;
  std::vector<Scope> scopes_;
  std::vector<std::size_t> bins_;
};

}  // namespace proxnet
