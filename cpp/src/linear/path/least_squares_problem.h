// Least squares with an elastic net as the path driver asks for it; a unit is a column.
#pragma once

#include <optional>

#include "linear/solver/gram_solver.h"
#include "linear/solver/residual_solver.h"

namespace proxnet {

class LeastSquares {
 public:
  static constexpr double kRoom = 0.1;  // Newton steps end a set at rounding, however little it may spend
  static constexpr double kNear = 100;
  static constexpr bool kLoose = false;

  LeastSquares(const Centred& data, const ElasticNetPenalty& penalty, const PathOptions& options, std::size_t points,
               Poller& poll);

  double alpha_max() const { return alpha_of_zeros(given_, scale(), correlation_); }
  bool settled(const Certificate& c, double tol) const { return !penalty_->none() && c.gap <= tol; }
  double null_value() const { return data_.target_square; }
  double scale() const { return static_cast<double>(data_.rows); }
  std::size_t units() const { return data_.cols; }
  bool has(std::size_t j) const { return set_.has(j); }
  bool whole() const { return whole_; }
  void aim(double alpha) { penalty_.emplace(given_, alpha * scale()); }
  double excess(std::size_t j, const std::vector<double>& q, double share) const {
    return penalty_->excess(q[j]) - share * penalty_->l1(j);
  }
  std::size_t most_fresh() const { return std::max<std::size_t>(64, set_.support().size()); }
  void add(const Columns& columns) { set_.add(columns, poll_); }
  std::size_t solve(double tol, std::size_t most);
  void see(const Columns& columns);
  void see_all();
  Certificate certificate();
  // Dense, `cols` numbers.
  void coefficients(double* out) const;

  std::vector<double> seen;

 private:
  const Centred& data_;
  const ElasticNetPenalty& given_;
  Poller& poll_;
  std::optional<ElasticNet> penalty_;      // at the alpha aimed at
  const std::vector<double> correlation_;  // of every column with the target
  std::vector<double> residual_;
  WorkingSet set_;
  GramSolver solver_;
  ResidualSolver large_solver_;
  const bool whole_;  // the set holds all columns from the start
};

}  // namespace proxnet
