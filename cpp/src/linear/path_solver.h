// One path: the working set, the residual and the certificate, carried from alpha to alpha.
#pragma once

#include "linear/gram_solver.h"
#include "linear/residual_solver.h"

namespace proxnet {

struct PathPoint {
  double gap = 0, kkt = 0;  // in the units of the objective
  std::size_t passes = 0;
  bool converged = false;
};

class PathSolver {
 public:
  PathSolver(const Centred& data, const ElasticNetPenalty& penalty, const PathOptions& options, std::size_t points,
             Poller& poll);

  double alpha_max() const { return alpha_of_zeros(penalty_, static_cast<double>(data_.rows), correlation_); }
  PathPoint solve(double alpha);
  // Dense, `cols` numbers.
  void coefficients(double* out) const;

 private:
  PathPoint solve_whole(const ElasticNet& penalty);
  PathPoint solve_by_sets(const ElasticNet& penalty, double alpha);
  Certificate check_all(const ElasticNet& penalty);
  void take_in(const ElasticNet& penalty, double alpha);
  bool take_in_violators(const ElasticNet& penalty, const Columns& among);
  void take_highest(const ElasticNet& penalty, Columns& columns, const std::vector<double>& correlation);
  PathPoint point(const Certificate& c, std::size_t passes) const;

  const Centred& data_;
  const ElasticNetPenalty& penalty_;
  const PathOptions& options_;
  Poller& poll_;
  const std::vector<double> correlation_;  // of every column with the target
  std::vector<double> at_residual_;        // with the residual of the last check
  std::vector<double> before_;             // and of the check of the alpha before
  double last_alpha_ = 0, alpha_before_ = 0;
  std::vector<double> residual_;
  WorkingSet set_;
  GramSolver solver_;
  ResidualSolver large_solver_;
  Columns everything_;
  bool whole_ = false;        // the set holds all columns from the start
  bool fresh_start_ = false;  // the caller's coefficients, which may do as they are, have not been looked at
};

}  // namespace proxnet
