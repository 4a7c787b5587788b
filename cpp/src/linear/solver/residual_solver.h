// Coordinate descent on the residual, for working sets too large for a Gram matrix.
#pragma once

#include "linear/penalty/damped_penalty.h"
#include "linear/penalty/duality_gap.h"
#include "linear/working_set/working_set.h"

namespace proxnet {

class ResidualSolver {
 public:
  ResidualSolver(const CenteredDesign& data, WorkingSet& set) : data_(data), set_(set) {}

  // Moves set.w until the gap over the set is <= tol or max_iter; returns the iterations.
  std::size_t solve(const ElasticNet& penalty, double tol, std::size_t max_iter, Poller& poll);
  // Moves set.w until |step| * curvature <= tol for all coefficients, or max_iter. curvature: (size of the set).
  std::size_t solve(const DampedPenalty& penalty, const std::vector<double>& curvature, double tol,
                    std::size_t max_iter, Poller& poll);
  // Certificate of the set as solve() left it.
  Certificate certificate_of(const ElasticNet& penalty) const;

 private:
  // Recomputes residual and negative gradient from set.w.
  void restart(Poller& poll);
  // One cycle of coordinate descent; returns the largest |step| * curvature.
  template <CoordinateStep P> double pass(const P& penalty, const std::vector<double>& curvature, Poller& poll);
  double half_square() const;

  const CenteredDesign& data_;
  WorkingSet& set_;
  std::vector<double> square_;    // squared norms of the columns of the set
  std::vector<double> residual_;  // updated in place for dense columns
  // Sparse columns are centered implicitly: residual = moved + shift * scale + B along, B the unpenalized basis; moved_
  // holds scale * moved.
  std::vector<double> moved_, along_;
  double shift_ = 0;
};

}  // namespace proxnet
