#include "linear/path_solver.h"

#include <numeric>

#include "runtime/dispatch.h"

namespace proxnet {

namespace {

// Reading X once costs n p / 7.5e9 s, the Gram matrix n p^2 / 1e11 s: with some 2 readings per alpha, the whole Gram
// matrix is the better buy up to about 25 columns an alpha.
bool whole_gram_pays(const Design& x, std::size_t points, std::size_t most) {
  return x.cols <= x.rows && x.cols <= most && x.cols <= 25 * std::max<std::size_t>(points, 4) &&
         x.stored() * 8 >= x.rows * x.cols;
}

std::vector<double> with_target(const Centred& data, Poller& poll) {
  std::vector<double> q(data.cols);
  data.all_dots(data.target.data(), q.data(), poll);
  return q;
}

}  // namespace

PathSolver::PathSolver(const Centred& data, const ElasticNetPenalty& penalty, const PathOptions& options,
                       std::size_t points, Poller& poll)
    : data_(data),
      penalty_(penalty),
      options_(options),
      poll_(poll),
      correlation_(with_target(data, poll)),
      at_residual_(correlation_),
      residual_(data.target),
      set_(data, correlation_, options.gram_columns),
      solver_(set_, &set_.correlation, data.target_square),
      large_solver_(data, set_) {
  whole_ = whole_gram_pays(data.x, points, options.gram_columns);
  if (whole_) set_.add_all(poll);
  if (penalty.l1_ratio > 0) last_alpha_ = alpha_max();  // where all zeros are the solution, as they are here
  everything_.resize(whole_ ? 0 : data.cols);
  std::iota(everything_.begin(), everything_.end(), std::size_t{0});
  if (!options.start) return;
  Columns columns;
  for (std::size_t j = 0; j < data.cols; ++j)
    if (options.start[j] != 0) columns.push_back(j);
  set_.add(columns, poll);
  for (const std::size_t j : columns) set_.w[set_.place(j)] = options.start[j];
  set_.refresh_slope();
  fresh_start_ = true;
}

PathPoint PathSolver::point(const Certificate& c, std::size_t passes) const {
  const double n = static_cast<double>(data_.rows);
  return {c.gap / n, c.distance / n, passes, c.gap <= options_.tol * data_.target_square};
}

PathPoint PathSolver::solve(double alpha) {
  const ElasticNet penalty(penalty_, alpha * static_cast<double>(data_.rows));
  if (fresh_start_) {
    fresh_start_ = false;
    set_.residual(residual_.data());
    const Certificate c = check_all(penalty);
    if (c.gap <= options_.tol * data_.target_square) return point(c, 0);
  }
  return whole_ ? solve_whole(penalty) : solve_by_sets(penalty, alpha);
}

PathPoint PathSolver::solve_whole(const ElasticNet& penalty) {
  const std::size_t passes = solver_.solve(penalty, {options_.tol * data_.target_square}, options_.max_iter, poll_);
  set_.refresh_slope();
  return point(solver_.certificate_of(penalty), passes);
}

Certificate PathSolver::check_all(const ElasticNet& penalty) {
  const auto& k = kernels<double>();
  data_.all_dots(residual_.data(), at_residual_.data(), poll_);
  std::vector<double> w(data_.cols);
  coefficients(w.data());
  const ResidualSquares squares = {k.dot(data_.rows, residual_.data(), residual_.data()),
                                   k.dot(data_.rows, residual_.data(), data_.target.data())};
  return certificate(penalty, data_.cols, [](std::size_t j) { return j; }, w.data(), at_residual_.data(), squares);
}

// At most as many as the support has, and 64, those that stand out most.
void PathSolver::take_highest(const ElasticNet& penalty, Columns& columns, const std::vector<double>& correlation) {
  const std::size_t most = std::max<std::size_t>(64, set_.support().size());
  if (columns.size() > most) {
    const auto excess = [&](std::size_t j) { return penalty.excess(correlation[j]) - penalty.l1(j); };
    std::nth_element(
        columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(most), columns.end(),
        [&](std::size_t a, std::size_t b) { return excess(a) != excess(b) ? excess(a) > excess(b) : a < b; });
    columns.resize(most);
    std::sort(columns.begin(), columns.end());
  }
  set_.add(columns, poll_);
}

// Those whose correlation is over alpha now, or will be if it moves on as it did between the last two alphas: along a
// path it moves nearly linearly.
void PathSolver::take_in(const ElasticNet& penalty, double alpha) {
  std::vector<double> expected = at_residual_;
  if (!before_.empty() && last_alpha_ != alpha_before_) {
    const double ahead = (alpha - last_alpha_) / (last_alpha_ - alpha_before_);
    for (std::size_t j = 0; j < data_.cols; ++j) {
      const double then = at_residual_[j] + ahead * (at_residual_[j] - before_[j]);
      if (penalty.excess(then) > penalty.excess(expected[j])) expected[j] = then;
    }
  }
  Columns fresh;
  for (std::size_t j = 0; j < data_.cols; ++j)
    if (!set_.has(j) && penalty.excess(expected[j]) > penalty.l1(j)) fresh.push_back(j);
  take_highest(penalty, fresh, expected);
}

bool PathSolver::take_in_violators(const ElasticNet& penalty, const Columns& among) {
  Columns fresh;
  for (const std::size_t j : among)
    if (!set_.has(j) && penalty.excess(at_residual_[j]) > penalty.l1(j)) fresh.push_back(j);
  if (fresh.empty()) return false;
  take_highest(penalty, fresh, at_residual_);
  return true;
}

PathPoint PathSolver::solve_by_sets(const ElasticNet& penalty, double alpha) {
  const double tol = options_.tol * data_.target_square;
  // Those whose correlation could grow to alpha if it moved no faster than alpha does.
  Columns strong;
  std::vector<double> strong_dots;
  const double factor = last_alpha_ > alpha ? 2 - last_alpha_ / alpha : 1;
  take_in(penalty, alpha);
  for (std::size_t j = 0; j < data_.cols; ++j)
    if (!set_.has(j) && penalty.excess(at_residual_[j]) >= factor * penalty.l1(j)) strong.push_back(j);
  std::vector<double> previous = at_residual_;
  std::size_t passes = 0;
  double inner = 0.1 * tol;  // leaves room for the columns outside
  Certificate c;
  for (;;) {
    const std::size_t left = options_.max_iter - passes;
    passes += set_.has_gram() ? solver_.solve(penalty, {inner}, left, poll_)
                              : large_solver_.solve(penalty, inner, left, poll_);
    set_.residual(residual_.data());
    if (!strong.empty() && strong.size() < data_.cols / 2 && passes < options_.max_iter) {
      strong_dots.resize(strong.size());
      data_.some_dots(strong, residual_.data(), strong_dots.data(), poll_);
      for (std::size_t k = 0; k < strong.size(); ++k) at_residual_[strong[k]] = strong_dots[k];
      if (take_in_violators(penalty, strong)) continue;
    }
    c = check_all(penalty);
    if (c.gap <= tol || passes >= options_.max_iter) break;
    if (!take_in_violators(penalty, everything_)) {
      if (inner < 1e-6 * tol) break;  // rounding is all that is left
      inner *= 0.1;
    }
  }
  before_ = std::move(previous);
  alpha_before_ = last_alpha_, last_alpha_ = alpha;
  return point(c, passes);
}

void PathSolver::coefficients(double* out) const {
  std::fill_n(out, data_.cols, 0.0);
  for (std::size_t k = 0; k < set_.size(); ++k) out[set_.ids[k]] = set_.w[k];
}

}  // namespace proxnet
