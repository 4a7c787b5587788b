#include "linear/path/glm_problem.h"

#include <limits>

#include "linear/solver/glm_descent.h"
#include "linear/solver/intercepts.h"
#include "runtime/dispatch.h"

namespace proxnet {

GlmSolver::GlmSolver(const GlmData& data, Datafit& fit, const ElasticNetPenalty& penalty, const PathOptions& options,
                     Poller& poll)
    : GlmPoint(data, fit, poll), given_(penalty), options_(options), solver_(set_) {
  // Rows of loss 1 whose predictions round to 1e-16 have losses of 1e-32: equal counts, whose own is 0.
  constexpr double kLeastNull = 1e-24;
  null_value_ = std::max(loss_, kLeastNull);
  alpha_max_ = alpha_of_zeros(penalty, 1, seen);
  if (options.start) start_at(options.start);
}

void GlmSolver::aim(double alpha) {
  penalty_.emplace(given_, alpha);
  fit_.hold(fit_.scale());
  curvature_.clear(), idle_ = 0;
  if (penalty_->has_l1()) return;
  Columns every;
  for (std::size_t j = 0; j < count_; ++j)
    if (!data_.is_apart(j % data_.cols)) every.push_back(j);
  set_.add(every, poll_);
  if (!penalty_->has_l2()) take_curvature();
}

void GlmSolver::take_curvature() {
  std::vector<std::vector<double>> second(fit_.outputs, std::vector<double>(data_.rows));
  for (std::size_t k = 0; k < fit_.outputs; ++k) fit_.curvature(fit_.bend, k, k, second[k].data());
  std::vector<double> of_set(count_);
  if (gram_pays()) set_.gather(poll_);  // it will be
  set_.variances(second, of_set.data(), poll_);
  curvature_.resize(count_);
  for (std::size_t s = 0; s < set_.size(); ++s) curvature_[set_.ids[s]] = of_set[s];
  if (!data_.x.dense() || set_.gathered()) return;
  std::vector<double> crossed(data_.cols);  // with columns less their means, which the variances above are not
  for (std::size_t k = 0; k < fit_.outputs; ++k) {
    data_.all_dots(second[k].data(), 1, crossed.data(), poll_);
    const double whole = kernels<double>().sum(data_.rows, second[k].data());
    for (std::size_t j = 0; j < data_.cols; ++j)
      curvature_[k * data_.cols + j] -= data_.mean[j] * (data_.mean[j] * whole + 2 * crossed[j]);
  }
}

double GlmSolver::penalty_value() const {
  double value = 0;
  for (std::size_t s = 0; s < set_.size(); ++s) value += penalty_->value(set_.ids[s], set_.w[s]);
  return value;
}

// The set's certificate, and its slopes for the step that follows.
Certificate GlmSolver::check_set() {
  see_set();
  return glm_certificate(
      *penalty_, fit_, set_.size(), [&](std::size_t s) { return set_.ids[s]; }, set_.w.data(), set_.slope.data(),
      curvature_);
}

Certificate GlmSolver::certificate() const {
  const std::vector<double> w = all_weights();
  Certificate c =
      glm_certificate(*penalty_, fit_, count_, [](std::size_t j) { return j; }, w.data(), seen.data(), curvature_);
  c.gap += unsettled();
  return c;
}

double GlmSolver::unsettled() const {
  double missed = 0;
  const std::size_t each = data_.directions();
  std::vector<double> rest(each);
  for (std::size_t f = 0; f < settled_.size(); ++f) {
    if (f % each == 0) data_.along(fit_.gradient.data() + f / each * data_.rows, rest.data());
    if (std::fabs(rest[f % each]) > 1e-13) missed += std::fabs(settled_[f] * rest[f % each]);
  }
  return missed;
}

// The objective's derivative along the step to `after`, t of which is made, where the loss was last derived: from the
// left, but for t = 0.
double GlmSolver::slope_along(const std::vector<double>& before, const std::vector<double>& after, double t,
                              const std::vector<double>& moves) const {
  double slope = kernels<double>().dot(z_.size(), fit_.gradient.data(), moves.data());
  for (std::size_t s = 0; s < set_.size(); ++s) {
    const std::size_t j = set_.ids[s];
    const double by = after[s] - before[s], w = before[s] + t * by;
    const bool falls = w * by < 0 || (w == 0 && t > 0);
    slope += penalty_->l2(j) * w * by + (falls ? -penalty_->l1(j) : penalty_->l1(j)) * std::fabs(by);
  }
  return slope;
}

bool GlmSolver::search(const std::vector<double>& before, std::vector<double> moves,
                       const std::vector<double>& settled_moves, double promised) {
  const std::vector<double> after = set_.w, z = z_, b = settled_;
  move(settled_moves, moves);
  set_.w = before;
  const double start = loss_ + penalty_value();
  // Straight pieces end steps at their kinks: there the minimum along the step is looked for, to a tenth of the slope.
  const bool exact = !fit_.coupling.empty();
  const double steep = exact ? 0.1 * std::fabs(slope_along(before, after, 0, moves)) : 0;
  double t = 1, low = 0, high = 1;
  for (int turn = 0; turn < 30; ++turn, poll_()) {
    for (std::size_t s = 0; s < set_.size(); ++s)
      set_.w[s] = t == 1 ? after[s] : before[s] + t * (after[s] - before[s]);
    for (std::size_t i = 0; i < z_.size(); ++i) z_[i] = z[i] + t * moves[i];
    for (std::size_t k = 0; k < settled_moves.size(); ++k) settled_[k] = b[k] + t * settled_moves[k];
    loss_ = fit_.derive(z_.data());
    const bool falls = loss_ + penalty_value() <= start - 1e-3 * t * promised + kNoise * std::fabs(start);
    const double slope = exact && turn < 20 ? slope_along(before, after, t, moves) : 0;
    if (falls && slope <= steep && (slope >= -steep || t == 1)) {
      // Short steps say that straight pieces were taken for too flat.
      fit_.stiffness = std::clamp(fit_.stiffness * (t == 1 ? 0.25 : 10), fit_.least_stiffness, 1.0);
      fit_.slack = std::clamp(fit_.slack * (t == 1 ? 0.25 : 4), 1e-3, 1.0);
      // What the scale being held costs is of the order of the scale; solve() lets go what is small enough.
      // Under L1 a model solved to an absolute distance may promise too little: the gap must be small as well.
      const double scale = fit_.scale();
      if (fit_.held() && promised <= 0.6 * scale && set_gap_ <= 3 * scale && scale > tol_) fit_.let_go();
      loss_ = settle(data_, fit_, z_, settled_, poll_);
      return true;
    }
    (falls && slope < 0 ? low : high) = t;
    t = 0.5 * (low + high);
  }
  fit_.stiffness = fit_.slack = 1;
  set_.w = before, z_ = z, settled_ = b;
  loss_ = settle(data_, fit_, z_, settled_, poll_);
  return false;
}

// Where forming the second derivatives, and a Cholesky factor, costs less than the passes they save.
bool GlmSolver::gram_pays() const {
  const std::size_t dense = penalty_->has_l1() ? 3000 : 1000, sparse = penalty_->has_l1() ? 1500 : 500;
  return set_.size() <= std::min(options_.gram_columns, data_.x.dense() ? dense : sparse);
}

// One proximal Newton step from the slopes that stand in the set; false where nothing moves any more.
bool GlmSolver::step(double distance) {
  constexpr std::size_t kPasses = 1000;
  const std::vector<double> before = set_.w, slope = set_.slope;
  std::vector<double> intercepts;
  const bool with_gram = gram_pays();
  if (with_gram) {
    if (renew(distance)) solver_.gram_changed();
    solver_.solve(*penalty_, {-1, 0.02 * distance}, kPasses, poll_);
  } else {
    intercepts = GlmDescent(data_, fit_, set_, poll_).solve(*penalty_, 0.05 * distance, kPasses);
  }
  last_distance_ = distance;
  std::vector<std::size_t> at;
  std::vector<double> by;
  double promised = 0;
  for (std::size_t s = 0; s < set_.size(); ++s) {
    if (set_.w[s] == before[s]) continue;
    at.push_back(s), by.push_back(set_.w[s] - before[s]);
    const std::size_t j = set_.ids[s];
    promised += slope[s] * by.back() + penalty_->value(j, before[s]) - penalty_->value(j, set_.w[s]);
  }
  promised_ = promised;
  if (at.empty()) return false;
  if (promised <= 1e-3 * kNoise * std::fabs(loss_ + penalty_value())) ++idle_;
  std::vector<double> moves(z_.size());
  set_.predictions(at, by, moves.data(), poll_);
  if (with_gram) intercepts = set_.intercept_step(at, by);
  return search(before, std::move(moves), intercepts, promised);
}

// Newton steps.
std::size_t GlmSolver::solve(double tol, std::size_t most) {
  last_distance_ = promised_ = std::numeric_limits<double>::infinity(), tol_ = 0.1 * tol;
  // A held scale that is good enough is let go further, but rounding may not allow it.
  constexpr std::size_t kFurther = 10, kIdle = 20, kFalls = 1000;  // kFalls: of a held scale
  std::optional<Held> good_enough, best;
  std::size_t made = 0, until = most, falls = 0;
  for (;; poll_()) {
    const Certificate c = check_set();
    set_gap_ = penalty_->has_l1() ? c.gap : 0;
    if (!fit_.coupling.empty() && !penalty_->none() && (!best || c.gap < best->gap)) best = held(c.gap);
    // Without a penalty the gap is no bound: what the last Newton step was to gain must be small as well.
    bool good = c.gap <= tol && (!penalty_->none() || promised_ <= tol);
    if (good && (fit_.held() || good_enough)) {
      // Residuals as small as that may be the rounding of predictions, which are built anew before the last
      // certificate.
      rebuild_predictions();
      good = check_set().gap <= tol;
      if (!good && good_enough) break;
    }
    if (good && !fit_.held()) return made;
    if (good) good_enough = held(c.gap), until = std::min(most, made + kFurther);
    if (made == until || set_.size() == 0 || idle_ >= kIdle) break;
    if (!good && step(c.distance)) {
      ++made;
    } else if (fit_.held() && falls++ < kFalls) {
      fit_.let_go();
      loss_ = settle(data_, fit_, z_, settled_, poll_);
    } else {
      // Once more with second derivatives of this very point.
      if (!gram_pays() || set_.drift() == 0) break;
      set_.refresh(poll_), solver_.gram_changed();
      check_set();
      if (!step(c.distance)) break;
      ++made;
    }
  }
  // Below some scale residuals are rounding, and steps go astray.
  if (const std::optional<Held>& back = good_enough ? good_enough : best) {
    std::copy(back->w.begin(), back->w.end(), set_.w.begin());
    z_ = back->z, settled_ = back->settled;
    fit_.hold(back->scale);
    loss_ = settle(data_, fit_, z_, settled_, poll_);
  }
  return made;
}

}  // namespace proxnet
