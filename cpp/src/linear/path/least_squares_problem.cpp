#include "linear/path/least_squares_problem.h"

namespace proxnet {

LeastSquaresProblem::LeastSquaresProblem(const CenteredDesign& data, const ElasticNetPenalty& penalty,
                                         const PathOptions& options, std::size_t points, Poller& poll)
    : LeastSquaresPoint(data, options, points, poll),
      given_(penalty),
      solver_(set_, &set_.correlation, data.target_square),
      large_solver_(data, set_) {
  if (!options.start) return;
  Columns columns;
  for (std::size_t j = 0; j < data.cols; ++j)
    if (options.start[j] != 0) columns.push_back(j);
  start_at(columns, options.start);
}

std::size_t LeastSquaresProblem::solve(double tol, std::size_t max_iter) {
  const std::size_t iterations = set_.has_gram() ? solver_.solve(*penalty_, {tol}, max_iter, poll_)
                                                 : large_solver_.solve(*penalty_, tol, max_iter, poll_);
  update_residual();
  return iterations;
}

Certificate LeastSquaresProblem::certificate() {
  if (all_active_) return solver_.certificate_of(*penalty_);
  if (penalty_->none()) {
    double outside = 0;
    for (std::size_t j = 0; j < data_.cols; ++j)
      if (!has(j)) outside = std::max(outside, screening_excess(j, neg_gradient, 1));
    if (outside > 0) return {INFINITY, outside};
    return set_.has_gram() ? solver_.certificate_of(*penalty_) : large_solver_.certificate_of(*penalty_);
  }
  const std::vector<double> w = coefficients();
  return proxnet::certificate(
      *penalty_, data_.cols, [](std::size_t j) { return j; }, w.data(), neg_gradient.data(), residual_squares(),
      [](std::size_t) { return 0.0; });
}

}  // namespace proxnet
