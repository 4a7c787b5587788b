// Least squares with an elastic net for the path driver; a block is a column.
#pragma once

#include <optional>

#include "linear/solver/gram_solver.h"
#include "linear/solver/residual_solver.h"

namespace proxnet {

class LeastSquaresProblem {
 public:
  static constexpr double kInnerTolRatio = 0.1;  // Newton steps solve a set to rounding in any case
  static constexpr double kKktTolRatio = 100;
  static constexpr bool kInexactInner = false;

  LeastSquaresProblem(const CenteredDesign& data, const ElasticNetPenalty& penalty, const PathOptions& options,
                      std::size_t points, Poller& poll);

  double alpha_max() const { return alpha_of_zeros(given_, scale(), correlation_); }
  bool is_optimal(const Certificate& c, double tol) const { return !penalty_->none() && c.gap <= tol; }
  double null_value() const { return data_.target_square; }
  double scale() const { return static_cast<double>(data_.rows); }
  std::size_t blocks() const { return data_.cols; }
  bool has(std::size_t j) const { return set_.has(j); }
  bool all_active() const { return all_active_; }
  void set_alpha(double alpha) { penalty_.emplace(given_, alpha * scale()); }
  double screening_excess(std::size_t j, const std::vector<double>& q, double alpha_fraction) const {
    return penalty_->screening_excess(j, q[j], 0, alpha_fraction);
  }
  std::size_t max_new_blocks() const { return std::max<std::size_t>(64, set_.support().size()); }
  void add(const Columns& columns) { set_.add(columns, poll_); }
  std::size_t solve(double tol, std::size_t max_iter);
  void update_gradient(const Columns& columns);
  void update_all_gradients();
  Certificate certificate();
  // out: (cols)
  void coefficients(double* out) const;

  std::vector<double> neg_gradient;

 private:
  const CenteredDesign& data_;
  const ElasticNetPenalty& given_;
  Poller& poll_;
  std::optional<ElasticNet> penalty_;      // at the current alpha
  const std::vector<double> correlation_;  // X'y, (cols)
  std::vector<double> residual_;
  WorkingSet set_;
  GramSolver solver_;
  ResidualSolver large_solver_;
  const bool all_active_;  // the set holds all columns from the start
};

}  // namespace proxnet
