// Coordinate descent on the residual: for working sets too large for a Gram matrix.
#pragma once

#include "linear/penalty/gap.h"
#include "linear/penalty/prox_rule.h"
#include "linear/working_set/working_set.h"

namespace proxnet {

class ResidualSolver {
 public:
  ResidualSolver(const CenteredDesign& data, WorkingSet& set) : data_(data), set_(set) {}

  // Moves set.w until the gap over the set is at most `tol` or the passes are spent; the passes made.
  std::size_t solve(const ElasticNet& penalty, double tol, std::size_t max_iter, Poller& poll);
  // Until no weight moves by more than `tol`, in units of its slope, or the passes are spent. curvature: by place.
  std::size_t solve(const ProxRule& rule, const std::vector<double>& curvature, double tol, std::size_t max_iter,
                    Poller& poll);
  // Of the set, as solve() left it.
  Certificate certificate_of(const ElasticNet& penalty) const;

 private:
  // Sets state and correlations with the residual from set.w.
  void restart(Poller& poll);
  // One pass, next(k, w, slope) being weight k's; the largest move times the curvature.
  template <class Next> double pass(const std::vector<double>& curvature, Next&& next, Poller& poll);
  double half_square() const;

  const CenteredDesign& data_;
  WorkingSet& set_;
  std::vector<double> square_;    // of the columns in the set
  std::vector<double> residual_;  // moved along where columns are dense
  // Sparse columns are centred by one number: residual = moved + shift * scale + along * basis of the free columns, and
  // `moved_` is scale * moved.
  std::vector<double> moved_, along_;
  double shift_ = 0;
};

}  // namespace proxnet
