// Least squares with an elastic net for the path driver.
#pragma once

#include <optional>

#include "linear/solver/gram_solver.h"
#include "linear/solver/least_squares_point.h"
#include "linear/solver/residual_solver.h"

namespace proxnet {

class LeastSquaresProblem : public LeastSquaresPoint {
 public:
  static constexpr double kInnerTolRatio = 0.1;  // Newton steps solve a set to rounding in any case
  static constexpr double kKktTolRatio = 100;
  static constexpr bool kInexactInner = false;

  LeastSquaresProblem(const CenteredDesign& data, const ElasticNetPenalty& penalty, const PathOptions& options,
                      std::size_t points, Poller& poll);

  double alpha_max() const { return alpha_of_zeros(given_, scale(), correlation_); }
  bool is_optimal(const Certificate& c, double tol) const { return !penalty_->none() && c.gap <= tol; }
  double null_value() const { return data_.target_square; }
  void set_alpha(double alpha) { penalty_.emplace(given_, alpha * scale()); }
  double screening_excess(std::size_t j, const std::vector<double>& q, double alpha_fraction) const {
    return penalty_->screening_excess(j, q[j], 0, alpha_fraction);
  }
  std::size_t solve(double tol, std::size_t max_iter);
  Certificate certificate();

 private:
  const ElasticNetPenalty& given_;
  std::optional<ElasticNet> penalty_;  // at the current alpha
  GramSolver solver_;
  ResidualSolver large_solver_;
};

}  // namespace proxnet
