// The small problem on a working set, from its Gram matrix: coordinate descent finds the support, Newton steps on the
// support end it.
#pragma once

#include "linear/cholesky.h"
#include "linear/gap.h"

namespace proxnet {

class GramSolver {
 public:
  GramSolver(WorkingSet& set, double target_square) : set_(set), target_square_(target_square) {}

  // Moves set.w until the gap over the set is at most `tol` or the passes are spent; the passes made.
  std::size_t solve(const ElasticNet& penalty, double tol, std::size_t max_passes, Poller& poll);
  Certificate certificate_of(const ElasticNet& penalty) const;

 private:
  // One pass over the set; the multiplications it took.
  double descend(const ElasticNet& penalty);
  double newton_cost() const;
  // To the minimum on the support, or as far as the signs allow: then false, and a coefficient less.
  bool newton(const ElasticNet& penalty, Poller& poll);

  WorkingSet& set_;
  const double target_square_;
  Cholesky cholesky_;
};

}  // namespace proxnet
