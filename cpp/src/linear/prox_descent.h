// Coordinate descent on a working set by the prox of single weights, with Anderson's extrapolation.
#pragma once

#include "linear/prox_step.h"
#include "linear/working_set.h"

namespace proxnet {

class ProxDescent {
 public:
  ProxDescent(const ProxStep& step, WorkingSet& set) : step_(step), set_(set) {}

  // Until no weight moves by more than `tol`, in units of its column's correlation, or `most` passes are made; the
  // passes.
  std::size_t solve(double tol, std::size_t most, Poller& poll);
  // Times the rows, less that without weights.
  double objective() const;

 private:
  // One pass; the largest move.
  double descend(Poller& poll);

  const ProxStep& step_;
  WorkingSet& set_;
};

}  // namespace proxnet
