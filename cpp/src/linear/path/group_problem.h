// Least squares with a (sparse) group lasso penalty for the path driver; a block is a group.
#pragma once

#include "linear/solver/group_descent.h"

namespace proxnet {

class GroupProblem {
 public:
  static constexpr double kInnerTolRatio = 0.3;
  static constexpr double kKktTolRatio = 100;
  static constexpr bool kInexactInner = true;

  GroupProblem(const CenteredTargets& data, const GroupPenalty& penalty, const PathOptions& options, std::size_t points,
               Poller& poll);

  double alpha_max() const { return alpha_max_; }
  bool is_optimal(const Certificate& c, double tol) const { return c.gap <= tol && c.distance <= kkt_tolerance(tol); }
  double null_value() const { return null_value_; }
  double scale() const { return static_cast<double>(data_.rows); }
  std::size_t blocks() const { return penalty_.norms.size(); }
  bool has(std::size_t group) const { return set_.has(group); }
  bool all_active() const { return all_active_; }
  void set_alpha(double alpha) { strength_ = alpha * scale(); }
  double screening_excess(std::size_t group, const std::vector<double>& q, double alpha_fraction) const;
  std::size_t max_new_blocks() const { return std::max<std::size_t>(32, set_.size()); }
  void add(const Columns& groups) { set_.add(groups, poll_); }
  std::size_t solve(double tol, std::size_t max_iter);
  void update_gradient(const Columns& groups);
  void update_all_gradients();
  Certificate certificate();
  // (targets, cols)
  void coefficients(double* out) const { set_.coefficients(out); }

  std::vector<double> neg_gradient;  // (targets, cols)

 private:
  double largest_factor() const;
  Certificate certificate_of_all() const;
  // The KKT violation that goes with a gap: 1e-6 * alpha_max for a gap of 1e-8 of the null value.
  double kkt_tolerance(double gap) const;
  // out = the group's entries of a (targets, cols) vector, as (columns, targets).
  void read(std::size_t group, const std::vector<double>& from, std::vector<double>& out) const;

  const CenteredTargets& data_;
  const GroupPenalty& penalty_;
  Poller& poll_;
  const double null_value_;
  const std::vector<double> correlations_;  // X'Y, (targets, cols)
  std::vector<double> residual_;            // (targets, rows)
  double alpha_max_ = 0, strength_ = 0;     // strength_ = alpha * rows
  double gap_ = 0;                          // of the last certificate
  GroupSet set_;
  GroupDescent descent_;
  const bool all_active_;
};

}  // namespace proxnet
