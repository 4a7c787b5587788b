#include "linear/glm_solver.h"

#include <limits>
#include <numeric>

#include "linear/glm_descent.h"
#include "linear/intercepts.h"
#include "runtime/dispatch.h"

namespace proxnet {

GlmSolver::GlmSolver(const GlmData& data, Datafit& fit, const ElasticNetPenalty& penalty, const PathOptions& options,
                     Poller& poll)
    : data_(data),
      fit_(fit),
      penalty_(penalty),
      options_(options),
      poll_(poll),
      count_(data.cols * fit.outputs),
      z_(data.rows * fit.outputs),
      intercept_(fit.outputs),
      derivative_(count_),
      set_(data, fit),
      solver_(set_),
      everything_(count_) {
  std::iota(everything_.begin(), everything_.end(), std::size_t{0});
  loss_ = settle(data_, fit_, z_, intercept_);
  null_value_ = loss_;
  data_.all_dots(fit_.gradient.data(), fit_.outputs, derivative_.data(), poll_);
  if (penalty.l1_ratio > 0) {
    alpha_max_ = alpha_of_zeros(penalty, 1, derivative_);
    last_alpha_ = alpha_max_;
  }
  if (!options.start) return;
  Columns columns;
  for (std::size_t j = 0; j < count_; ++j)
    if (options.start[j] != 0) columns.push_back(j);
  set_.add(columns, poll);
  for (const std::size_t j : columns) set_.w[set_.place(j)] = options.start[j];
  rebuild_predictions();
}

double GlmSolver::penalty_value(const ElasticNet& penalty) const {
  double value = 0;
  for (std::size_t s = 0; s < set_.size(); ++s) value += penalty.value(set_.ids[s], set_.w[s]);
  return value;
}

void GlmSolver::rebuild_predictions() {
  for (std::size_t k = 0; k < fit_.outputs; ++k)
    std::fill_n(z_.begin() + static_cast<std::ptrdiff_t>(k * data_.rows), data_.rows, intercept_[k]);
  const auto at = set_.support();
  std::vector<double> a;
  for (const std::size_t s : at) a.push_back(set_.w[s]);
  set_.predictions(at, a, z_.data(), poll_);
  loss_ = settle(data_, fit_, z_, intercept_);
}

Certificate GlmSolver::check_set(const ElasticNet& penalty) {
  std::vector<double> d(set_.size());
  set_.derivatives(fit_.gradient, d.data(), poll_);
  for (std::size_t s = 0; s < set_.size(); ++s) set_.slope[s] = -d[s];
  return glm_certificate(
      penalty, fit_, loss_, set_.size(), [&](std::size_t s) { return set_.ids[s]; }, set_.w.data(), d.data());
}

Certificate GlmSolver::check_all(const ElasticNet& penalty, bool anew) {
  if (anew) {
    rebuild_predictions();
    data_.all_dots(fit_.gradient.data(), fit_.outputs, derivative_.data(), poll_);
  }
  std::vector<double> w(count_);
  for (std::size_t s = 0; s < set_.size(); ++s) w[set_.ids[s]] = set_.w[s];
  return glm_certificate(penalty, fit_, loss_, count_, [](std::size_t j) { return j; }, w.data(), derivative_.data());
}

bool GlmSolver::search(const ElasticNet& penalty, const std::vector<double>& before, const std::vector<double>& moves,
                       const std::vector<double>& intercept_moves, double promised) {
  const std::vector<double> after = set_.w, z = z_, b = intercept_;
  set_.w = before;
  const double start = loss_ + penalty_value(penalty);
  double t = 1;
  for (int halving = 0; halving < 30; ++halving, t *= 0.5, poll_()) {
    for (std::size_t s = 0; s < set_.size(); ++s)
      set_.w[s] = t == 1 ? after[s] : before[s] + t * (after[s] - before[s]);
    for (std::size_t i = 0; i < z_.size(); ++i) z_[i] = z[i] + t * moves[i];
    for (std::size_t k = 0; k < intercept_moves.size(); ++k) {
      intercept_[k] = b[k] + t * intercept_moves[k];
      for (std::size_t i = k * data_.rows; i < (k + 1) * data_.rows; ++i) z_[i] += t * intercept_moves[k];
    }
    loss_ = fit_.derive(z_.data());
    if (loss_ + penalty_value(penalty) <= start - 1e-3 * t * promised + kNoise * std::fabs(start)) {
      // Short steps say that straight pieces were taken for too flat.
      fit_.stiffness = std::clamp(fit_.stiffness * (t == 1 ? 0.25 : 10), 1e-8, 1.0);
      loss_ = settle(data_, fit_, z_, intercept_);
      return true;
    }
  }
  fit_.stiffness = 1;
  set_.w = before, z_ = z, intercept_ = b;
  loss_ = settle(data_, fit_, z_, intercept_);
  return false;
}

// Where forming the second derivatives, and a Cholesky factor, costs less than the passes they save.
bool GlmSolver::gram_pays(const ElasticNet& penalty) const {
  const std::size_t dense = penalty.has_l1() ? 3000 : 1000, sparse = penalty.has_l1() ? 1500 : 500;
  return set_.size() <= std::min(options_.gram_columns, data_.x.dense() ? dense : sparse);
}

// One proximal Newton step from the slopes that stand in the set; false where nothing moves any more.
bool GlmSolver::step(const ElasticNet& penalty, double distance) {
  constexpr std::size_t kPasses = 1000;
  const std::vector<double> before = set_.w, slope = set_.slope;
  std::vector<double> intercepts;
  const bool with_gram = gram_pays(penalty);
  if (with_gram) {
    // Old second derivatives serve as long as the distance shrinks fourfold with them.
    constexpr double kDrift = 0.3, kNoDrift = 0.01, kShrink = 0.25;
    const double drift = set_.drift();
    if (drift > kDrift || (distance > kShrink * last_distance_ && drift > kNoDrift))
      set_.refresh(poll_), solver_.gram_changed();
    else
      set_.complete(poll_);
    solver_.solve(penalty, {-1, 0.02 * distance}, kPasses, poll_);
  } else {
    intercepts = GlmDescent(data_, fit_, set_, poll_).solve(penalty, 0.05 * distance, kPasses);
  }
  last_distance_ = distance;
  std::vector<std::size_t> at;
  std::vector<double> by;
  double promised = 0;
  for (std::size_t s = 0; s < set_.size(); ++s) {
    if (set_.w[s] == before[s]) continue;
    at.push_back(s), by.push_back(set_.w[s] - before[s]);
    const std::size_t j = set_.ids[s];
    promised += slope[s] * by.back() + penalty.value(j, before[s]) - penalty.value(j, set_.w[s]);
  }
  if (at.empty()) return false;
  std::vector<double> moves(z_.size());
  set_.predictions(at, by, moves.data(), poll_);
  if (with_gram) intercepts = set_.intercept_step(at, by);
  return search(penalty, before, moves, intercepts, promised);
}

std::size_t GlmSolver::solve_set(const ElasticNet& penalty, double tol, std::size_t most) {
  last_distance_ = std::numeric_limits<double>::infinity();
  for (std::size_t made = 0;; ++made) {
    const Certificate c = check_set(penalty);
    if (c.gap <= tol || made == most || set_.size() == 0) return made;
    if (!step(penalty, c.distance)) {
      // Once more with second derivatives of this very point.
      if (!gram_pays(penalty) || set_.drift() == 0) return made;
      set_.refresh(poll_), solver_.gram_changed();
      check_set(penalty);
      if (!step(penalty, c.distance)) return made;
    }
    poll_();
  }
}

// At most as many as the support has, and 64, those that stand out most.
void GlmSolver::take_highest(const ElasticNet& penalty, Columns& columns, const std::vector<double>& derivatives) {
  const std::size_t most = std::max<std::size_t>(64, set_.support().size());
  if (columns.size() > most) {
    const auto excess = [&](std::size_t j) { return penalty.excess(-derivatives[j]) - penalty.l1(j); };
    std::nth_element(
        columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(most), columns.end(),
        [&](std::size_t a, std::size_t b) { return excess(a) != excess(b) ? excess(a) > excess(b) : a < b; });
    columns.resize(most);
    std::sort(columns.begin(), columns.end());
  }
  set_.add(columns, poll_);
}

void GlmSolver::take_in(const ElasticNet& penalty, double alpha) {
  std::vector<double> expected = derivative_;
  if (!before_.empty() && last_alpha_ != alpha_before_) {
    const double ahead = (alpha - last_alpha_) / (last_alpha_ - alpha_before_);
    for (std::size_t j = 0; j < count_; ++j) {
      const double then = derivative_[j] + ahead * (derivative_[j] - before_[j]);
      if (std::fabs(then) > std::fabs(expected[j])) expected[j] = then;
    }
  }
  Columns fresh;
  for (std::size_t j = 0; j < count_; ++j)
    if (!set_.has(j) && penalty.excess(-expected[j]) > penalty.l1(j)) fresh.push_back(j);
  take_highest(penalty, fresh, expected);
}

bool GlmSolver::take_in_violators(const ElasticNet& penalty, const Columns& among) {
  Columns fresh;
  for (const std::size_t j : among)
    if (!set_.has(j) && penalty.excess(-derivative_[j]) > penalty.l1(j)) fresh.push_back(j);
  if (fresh.empty()) return false;
  take_highest(penalty, fresh, derivative_);
  return true;
}

PathPoint GlmSolver::solve(double alpha) {
  const ElasticNet penalty(penalty_, alpha);
  const double tol = options_.tol * null_value_;
  if (!penalty.has_l1()) set_.add(everything_, poll_);
  take_in(penalty, alpha);
  Columns strong;  // whose derivative could grow to alpha if it moved no faster than alpha does
  std::vector<double> strong_dots, previous = derivative_;
  const double factor = last_alpha_ > alpha ? 2 - last_alpha_ / alpha : 1;
  for (std::size_t j = 0; j < count_; ++j)
    if (!set_.has(j) && penalty.excess(-derivative_[j]) >= factor * penalty.l1(j)) strong.push_back(j);
  Certificate c = check_all(penalty, false);
  std::size_t made = 0;
  double inner = 0.3 * tol;  // leaves room for the coefficients outside
  bool whole = set_.size() == count_;
  for (;;) {
    // A set that will grow need not be solved to the end.
    made += solve_set(penalty, whole ? tol : std::max(inner, 0.1 * c.gap), options_.max_iter - made);
    if (!strong.empty() && strong.size() < count_ / 2 && made < options_.max_iter) {
      strong_dots.resize(strong.size());
      data_.some_dots(strong, fit_.gradient.data(), strong_dots.data(), poll_);
      for (std::size_t s = 0; s < strong.size(); ++s) derivative_[strong[s]] = strong_dots[s];
      if (take_in_violators(penalty, strong)) continue;
    }
    const double gap = c.gap;
    c = check_all(penalty, true);
    if (c.gap <= tol || made >= options_.max_iter) break;
    if (take_in_violators(penalty, everything_)) continue;
    whole = set_.size() == count_;
    if (c.gap > 0.5 * gap || whole) {
      if (inner < 1e-6 * tol) break;  // rounding is all that is left
      inner *= 0.1;
    }
  }
  before_ = std::move(previous);
  alpha_before_ = last_alpha_, last_alpha_ = alpha;
  return {c.gap, c.distance, made, c.gap <= tol};
}

void GlmSolver::coefficients(double* coef, double* intercept) const {
  std::fill_n(coef, count_, 0.0);
  for (std::size_t s = 0; s < set_.size(); ++s) coef[set_.ids[s]] = set_.w[s];
  for (std::size_t k = 0; k < fit_.outputs; ++k) {
    intercept[k] = intercept_[k];
    for (std::size_t j = 0; j < data_.cols; ++j)
      if (coef[k * data_.cols + j] != 0) intercept[k] -= data_.mean[j] * coef[k * data_.cols + j];
  }
}

}  // namespace proxnet
