// Least squares under a separable penalty, convex or not, for the path driver.
#pragma once

#include <optional>

#include "linear/solver/least_squares_point.h"
#include "linear/solver/prox_descent.h"
#include "linear/solver/residual_solver.h"

namespace proxnet {

class PenalizedProblem : public LeastSquaresPoint {
 public:
  static constexpr double kInnerTolRatio = 0.1;
  static constexpr double kKktTolRatio = INFINITY;  // the "gap" is a KKT violation already
  static constexpr bool kInexactInner = false;

  PenalizedProblem(const CenteredDesign& data, const Penalty& penalty, const PathOptions& options, std::size_t points,
                   Poller& poll);

  // The smallest alpha at which no penalized coefficient leaves zero.
  double alpha_max() const { return alpha_max_; }
  bool is_optimal(const Certificate& c, double tol) const { return c.gap <= tol; }
  double null_value() const { return null_value_; }
  // Iterations that the fit of the unpenalized coefficients alone took; 0 if both a start and alphas are given.
  std::size_t null_iterations() const { return null_iterations_; }
  void set_alpha(double alpha) { penalty_.set_alpha(alpha); }
  double screening_excess(std::size_t j, const std::vector<double>& q, double alpha_fraction) const {
    return penalty_.screening_excess(j, q[j], square_[j], alpha_fraction);
  }
  std::size_t solve(double tol, std::size_t max_iter);
  // Also rebuilds the gradients of the set, which updates of many steps have rounded.
  void update_all_gradients();
  // See SeparablePenalty::add_to.
  Certificate certificate() const;
  double objective() const;
  // NaN if the penalty is not an elastic net on all coefficients.
  double dual_gap() const;

 private:
  std::size_t solve(WorkingSet& set, double tol, std::size_t max_iter);
  // After update_all_gradients().
  ResidualSquares squares() const;
  // Fits the unpenalized coefficients alone and computes alpha_max_.
  void begin_at_null(const PathOptions& options);

  const std::size_t gram_columns_;
  const std::vector<double> square_;  // of every column
  SeparablePenalty penalty_;
  const std::optional<ElasticNetOf> net_;
  double null_value_ = 0, alpha_max_ = 0;  // alpha_max_: 0 if the null solution was not needed
  std::size_t null_iterations_ = 0;
};

}  // namespace proxnet
