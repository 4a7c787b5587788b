// Least squares under norms of groups as the path driver asks for it; a unit is a group.
#pragma once

#include "linear/solver/group_descent.h"

namespace proxnet {

class GroupSolver {
 public:
  static constexpr double kRoom = 0.3;
  static constexpr double kNear = 100;
  static constexpr bool kLoose = true;

  GroupSolver(const CentredTargets& data, const GroupPenalty& penalty, const PathOptions& options, std::size_t points,
              Poller& poll);

  double alpha_max() const { return alpha_max_; }
  bool settled(const Certificate& c, double tol) const { return c.gap <= tol && c.distance <= near(tol); }
  double null_value() const { return null_value_; }
  double scale() const { return static_cast<double>(data_.rows); }
  std::size_t units() const { return penalty_.norms.size(); }
  bool has(std::size_t group) const { return set_.has(group); }
  bool whole() const { return whole_; }
  void aim(double alpha) { strength_ = alpha * scale(); }
  double excess(std::size_t group, const std::vector<double>& q, double share) const;
  std::size_t most_fresh() const { return std::max<std::size_t>(32, set_.size()); }
  void add(const Columns& groups) { set_.add(groups, poll_); }
  std::size_t solve(double tol, std::size_t most);
  void see(const Columns& groups);
  void see_all();
  Certificate certificate();
  // (targets, cols)
  void coefficients(double* out) const { set_.coefficients(out); }

  std::vector<double> seen;  // (targets, cols)

 private:
  double largest_factor() const;
  Certificate certificate_of_all() const;
  // The distance from the optimality conditions that goes with a gap: at 1e-8 of the null value 1e-6 of the strength
  // that makes all zero.
  double near(double gap) const;
  // Of its columns for all targets: the numbers of a (targets, cols) vector.
  void read(std::size_t group, const std::vector<double>& from, std::vector<double>& out) const;

  const CentredTargets& data_;
  const GroupPenalty& penalty_;
  Poller& poll_;
  const double null_value_;
  const std::vector<double> correlations_;  // with the targets
  std::vector<double> residual_;            // (targets, rows)
  double alpha_max_ = 0, strength_ = 0;     // strength: alpha times the number of rows
  double gap_ = 0;                          // of the last certificate
  GroupSet set_;
  GroupDescent descent_;
  const bool whole_;
};

}  // namespace proxnet
