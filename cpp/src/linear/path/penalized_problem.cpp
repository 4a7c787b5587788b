#include "linear/path/penalized_problem.h"

#include <cmath>

#include "runtime/dispatch.h"

namespace proxnet {

namespace {

constexpr std::size_t kPolled = 1024;  // coordinate steps between two polls: a tenth of a millisecond

}  // namespace

PenalizedProblem::PenalizedProblem(const CenteredDesign& data, const Penalty& penalty, const PathOptions& options,
                                   std::size_t points, Poller& poll)
    : LeastSquaresPoint(data, options, points, poll),
      gram_columns_(options.gram_columns),
      square_(data.squares(poll)),
      penalty_(penalty, data.cols, {static_cast<double>(data.rows), 1}),
      net_(elastic_net_of(penalty)) {
  for (const double q : correlation_) null_value_ = std::max(null_value_, std::fabs(q));
  penalty_.set_alpha(1);
  if (!options.start || options.alphas.empty()) begin_at_null(options);
  if (!options.start) return;
  Columns starting;
  for (std::size_t j = 0; j < data.cols; ++j)
    if (penalty_.is_unpenalized(j) || options.start[j] != 0) starting.push_back(j);
  add(starting);
  start_at(set_.ids, options.start);
}

void PenalizedProblem::begin_at_null(const PathOptions& options) {
  const Columns unpenalized = penalty_.unpenalized_weights();
  WorkingSet alone(data_, correlation_, gram_columns_);
  alone.add(unpenalized, poll_);
  constexpr double kSharper = 1e-4;  // the residual motion of the unpenalized coefficients must not trigger others
  const double sharp = std::max(kSharper * options.tol, 1e-15) * null_value_;
  if (!unpenalized.empty()) {
    null_iterations_ = solve(alone, sharp, options.max_iter);
    std::vector<double> w(data_.cols);
    for (std::size_t k = 0; k < alone.size(); ++k) w[alone.ids[k]] = alone.w[k];
    start_at(unpenalized, w.data());
  }
  alpha_max_ = penalty_.alpha_of_zeros(neg_gradient, square_, poll_);
  if (!unpenalized.empty()) alpha_max_ *= 1 + options.tol;
}

std::size_t PenalizedProblem::solve(double tol, std::size_t max_iter) {
  const std::size_t iterations = solve(set_, tol, max_iter);
  update_residual();
  return iterations;
}

std::size_t PenalizedProblem::solve(WorkingSet& set, double tol, std::size_t max_iter) {
  const DampedPenalty penalty(penalty_);
  std::vector<double> square;
  for (const std::size_t j : set.ids) square.push_back(square_[j]);
  return set.has_gram() ? ProxDescent(penalty, set, set.correlation, square).solve(tol, max_iter, poll_)
                        : ResidualSolver(data_, set).solve(penalty, square, tol, max_iter, poll_);
}

void PenalizedProblem::update_all_gradients() {
  if (!all_active_) set_.refresh_gradient();
  LeastSquaresPoint::update_all_gradients();
}

Certificate PenalizedProblem::certificate() const {
  const std::vector<double> w = coefficients();
  Certificate c;
  for (std::size_t j = 0; j < data_.cols; ++j) {
    if (j % kPolled == 0) poll_();
    penalty_.add_to(c, j, w[j], neg_gradient[j], square_[j]);
  }
  return c;
}

ResidualSquares PenalizedProblem::squares() const {
  if (!all_active_) return residual_squares();
  const auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
    return kernels<double>().dot(a.size(), a.data(), b.data());
  };
  const double fitted = dot(set_.w, set_.correlation), rest = data_.target_square - fitted;
  return {std::max(0.0, rest - dot(set_.w, set_.neg_gradient)), rest};
}

double PenalizedProblem::objective() const {
  double value = 0.5 * squares().residual;
  for (const std::size_t k : set_.support()) value += penalty_.value(set_.ids[k], set_.w[k]);
  return value / scale();
}

double PenalizedProblem::dual_gap() const {
  if (!net_) return NAN;
  const ElasticNet penalty(net_->net, penalty_.alpha() * net_->alpha * scale());
  const std::vector<double> w = coefficients();
  const Certificate c = proxnet::certificate(
      penalty, data_.cols, [](std::size_t j) { return j; }, w.data(), neg_gradient.data(), squares(),
      [&](std::size_t j) { return square_[j]; });
  return c.gap / scale();
}

}  // namespace proxnet
