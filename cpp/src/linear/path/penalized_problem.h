// Least squares under a penalty of single weights as the path driver asks for it; a unit is a column.
#pragma once

#include "linear/penalty/elastic_net_of.h"
#include "linear/solver/prox_descent.h"
#include "linear/solver/residual_solver.h"

namespace proxnet {

class PenalizedProblem {
 public:
  static constexpr double kRoom = 0.1;
  static constexpr double kNear = INFINITY;  // its gap is a distance
  static constexpr bool kLoose = false;

  PenalizedProblem(const Centred& data, const Penalty& penalty, const PathOptions& options, std::size_t points,
                   Poller& poll);

  // From where on no single weight leaves zero.
  double alpha_max() const { return alpha_max_; }
  bool settled(const Certificate& c, double tol) const { return c.gap <= tol; }
  double null_value() const { return null_value_; }
  // What the solution without penalised weights took; none where both a start and alphas are given.
  std::size_t null_passes() const { return null_passes_; }
  double scale() const { return static_cast<double>(data_.rows); }
  std::size_t units() const { return data_.cols; }
  bool has(std::size_t j) const { return set_.has(j); }
  bool whole() const { return whole_; }
  void aim(double alpha) { step_.aim(alpha); }
  double excess(std::size_t j, const std::vector<double>& q, double share) const {
    return step_.leaves_zero(j, q[j], square_[j], std::max(share, 0.0)) ? std::fabs(q[j]) : -1;
  }
  std::size_t most_fresh() const { return std::max<std::size_t>(64, set_.support().size()); }
  void add(const Columns& columns) { set_.add(columns, poll_); }
  std::size_t solve(double tol, std::size_t most) { return solve(set_, tol, most); }
  void see(const Columns& columns);
  void see_all();
  // As ProxStep says.
  Certificate certificate() const;
  double objective() const;
  // NaN where the penalty is not an elastic net of all weights.
  double dual_gap() const;
  std::vector<double> coefficients() const;

  std::vector<double> seen;

 private:
  std::size_t solve(WorkingSet& set, double tol, std::size_t most);
  // Once all has been seen.
  ResidualSquares squares() const;
  // weight(k) of columns[k]
  template <class Weight> void begin_at(const Columns& columns, Weight&& weight);
  // Where only what is not penalised has moved, and from which alpha on that is the solution.
  void begin_at_null(const PathOptions& options);

  const Centred& data_;
  Poller& poll_;
  const std::size_t gram_columns_;
  const std::vector<double> correlation_;  // of every column with the target
  const std::vector<double> square_;       // of every column
  std::vector<double> residual_;
  ProxStep step_;
  const std::optional<ElasticNetOf> net_;
  WorkingSet set_;
  const bool whole_;                       // the set holds all columns from the start
  double null_value_ = 0, alpha_max_ = 0;  // alpha_max: 0 without the null solution
  std::size_t null_passes_ = 0;
};

}  // namespace proxnet
