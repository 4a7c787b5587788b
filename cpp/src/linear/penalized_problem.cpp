#include "linear/penalized_problem.h"

#include <algorithm>
#include <cmath>

#include "linear/whole_gram.h"

namespace proxnet {

namespace {

constexpr std::size_t kPolled = 1024;  // steps of single weights from poll to poll: a tenth of a millisecond

}  // namespace

PenalizedProblem::PenalizedProblem(const Centred& data, const Penalty& penalty, const PathOptions& options,
                                   std::size_t points, Poller& poll)
    : data_(data),
      poll_(poll),
      correlation_(data.target_dots(poll)),
      residual_(data.target),
      step_(penalty, data.rows, data.squares(poll)),
      set_(data, correlation_, data.cols),
      descent_(step_, set_),
      whole_(whole_gram_pays(data.x, points, options.gram_columns)) {
  seen = correlation_;
  for (const double q : correlation_) null_value_ = std::max(null_value_, std::fabs(q));
  if (whole_) set_.add_all(poll);
  step_.aim(1);
  if (!options.start || options.alphas.empty()) begin_at_null(penalty, options);
  if (!options.start) return;
  Columns starting;
  for (std::size_t j = 0; j < data.cols; ++j)
    if (step_.is_free(j) || options.start[j] != 0) starting.push_back(j);
  add(starting);
  begin_at(set_.ids, [&](std::size_t k) { return options.start[set_.ids[k]]; });
}

void PenalizedProblem::begin_at_null(const Penalty& penalty, const PathOptions& options) {
  Columns free;
  for (std::size_t j = 0; j < data_.cols; ++j)
    if (step_.is_free(j)) free.push_back(j);
  WorkingSet alone(data_, correlation_, data_.cols);
  alone.add(free, poll_);
  constexpr double kSharper = 1e-4;  // the others must not stand out by what these still move
  const double sharp = std::max(kSharper * options.tol, 1e-15) * null_value_;
  if (!free.empty()) null_passes_ = ProxDescent(step_, alone).solve(sharp, options.max_iter, poll_);
  begin_at(free, [&](std::size_t k) { return alone.w[k]; });
  find_alpha_max(penalty);
  if (!free.empty()) alpha_max_ *= 1 + options.tol;
}

template <class Weight> void PenalizedProblem::begin_at(const Columns& columns, Weight&& weight) {
  set_.add(columns, poll_);
  for (std::size_t k = 0; k < columns.size(); ++k) set_.w[set_.place(columns[k])] = weight(k);
  if (!columns.empty()) see_all();
}

// Where zero is stationary for all weights, or above: under curved penalties single weights leave it earlier.
void PenalizedProblem::find_alpha_max(const Penalty& penalty) {
  const double own = penalty.kind == PenaltyKind::kElasticNet ? penalty.l1 : penalty.strength;
  alpha_max_ = INFINITY;
  if (!(own > 0)) return;
  Columns moving;
  for (std::size_t j = 0; j < data_.cols; ++j)
    if (!step_.is_free(j)) moving.push_back(j);
  const auto stay = [&](double alpha) {
    Columns still;
    for (std::size_t k = 0; k < moving.size(); ++k) {
      if (k % kPolled == 0) poll_();
      if (step_.minimiser(moving[k], 0, seen[moving[k]], alpha) != 0) still.push_back(moving[k]);
    }
    if (still.empty()) return true;
    moving = std::move(still);
    return false;
  };
  std::vector<double> gradient(data_.cols);
  for (std::size_t j = 0; j < data_.cols; ++j) gradient[j] = -seen[j] / scale();
  double low = strength_max(penalty, gradient.data(), WeightShape(data_.cols, 1)) / own, high = low;
  if (!stay(high))
    while (!stay(high = high > 0 ? 2 * high : 1) && high < 1e300) low = high;
  // Within a factor of two 50 halvings are enough, to a few roundings; from 0 on, 2^-200 can be reached.
  for (int k = 0; k < 200 && high - low > 1e-15 * high; ++k)
    (stay(0.5 * (low + high)) ? high : low) = 0.5 * (low + high);
  alpha_max_ = high;
}

std::size_t PenalizedProblem::solve(double tol, std::size_t most) { return descent_.solve(tol, most, poll_); }

void PenalizedProblem::see(const Columns& columns) {
  std::vector<double> dots(columns.size());
  set_.residual(residual_.data(), poll_);
  data_.some_dots(columns, residual_.data(), dots.data(), poll_);
  for (std::size_t k = 0; k < columns.size(); ++k) seen[columns[k]] = dots[k];
}

void PenalizedProblem::see_all() {
  set_.refresh_slope();
  if (whole_) {
    seen = set_.slope;
    return;
  }
  set_.residual(residual_.data(), poll_);
  data_.all_dots(residual_.data(), seen.data(), poll_);
}

Certificate PenalizedProblem::certificate() const {
  const std::vector<double> w = coefficients();
  std::vector<double> gradient(data_.cols);
  Certificate c;
  for (std::size_t j = 0; j < data_.cols; ++j) {
    if (j % kPolled == 0) poll_();
    gradient[j] = -seen[j] / scale();
    c.gap = std::max(c.gap, std::fabs(step_.minimiser(j, w[j], seen[j]) - w[j]) * step_.square(j));
  }
  c.distance = scale() * subdiff_distance(step_.penalty(), w.data(), gradient.data(), WeightShape(data_.cols, 1));
  c.gap = std::max(c.gap, c.distance);
  return c;
}

std::vector<double> PenalizedProblem::coefficients() const {
  std::vector<double> w(data_.cols);
  for (std::size_t k = 0; k < set_.size(); ++k) w[set_.ids[k]] = set_.w[k];
  return w;
}

}  // namespace proxnet
