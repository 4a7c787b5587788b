#include "linear/path/least_squares_problem.h"

#include "linear/working_set/working_set.h"
#include "runtime/dispatch.h"

namespace proxnet {

LeastSquaresProblem::LeastSquaresProblem(const CenteredDesign& data, const ElasticNetPenalty& penalty,
                                         const PathOptions& options, std::size_t points, Poller& poll)
    : data_(data),
      given_(penalty),
      poll_(poll),
      correlation_(data.target_dots(poll)),
      residual_(data.target),
      set_(data, correlation_, options.gram_columns),
      solver_(set_, &set_.correlation, data.target_square),
      large_solver_(data, set_),
      all_active_(full_gram_pays(data.x, points, options.gram_columns)) {
  neg_gradient = correlation_;
  if (all_active_) set_.add_all(poll);
  if (!options.start) return;
  Columns columns;
  for (std::size_t j = 0; j < data.cols; ++j)
    if (options.start[j] != 0) columns.push_back(j);
  set_.add(columns, poll);
  for (const std::size_t j : columns) set_.w[set_.index(j)] = options.start[j];
  set_.refresh_gradient();
  if (!all_active_) set_.residual(residual_.data(), poll_);
  update_all_gradients();
}

std::size_t LeastSquaresProblem::solve(double tol, std::size_t max_iter) {
  const std::size_t iterations = set_.has_gram() ? solver_.solve(*penalty_, {tol}, max_iter, poll_)
                                                 : large_solver_.solve(*penalty_, tol, max_iter, poll_);
  if (!all_active_) set_.residual(residual_.data(), poll_);
  return iterations;
}

void LeastSquaresProblem::update_gradient(const Columns& columns) {
  std::vector<double> dots(columns.size());
  data_.some_dots(columns, residual_.data(), dots.data(), poll_);
  for (std::size_t k = 0; k < columns.size(); ++k) neg_gradient[columns[k]] = dots[k];
}

void LeastSquaresProblem::update_all_gradients() {
  if (all_active_) {
    set_.refresh_gradient();
    neg_gradient = set_.neg_gradient;
  } else {
    data_.all_dots(residual_.data(), neg_gradient.data(), poll_);
  }
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
  const auto& k = kernels<double>();
  std::vector<double> w(data_.cols);
  coefficients(w.data());
  const ResidualSquares squares = {k.dot(data_.rows, residual_.data(), residual_.data()),
                                   k.dot(data_.rows, residual_.data(), data_.target.data())};
  return proxnet::certificate(
      *penalty_, data_.cols, [](std::size_t j) { return j; }, w.data(), neg_gradient.data(), squares,
      [](std::size_t) { return 0.0; });
}

void LeastSquaresProblem::coefficients(double* out) const {
  std::fill_n(out, data_.cols, 0.0);
  for (std::size_t k = 0; k < set_.size(); ++k) out[set_.ids[k]] = set_.w[k];
}

}  // namespace proxnet
