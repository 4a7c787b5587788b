#include "linear/path/glm_problem.h"

#include <limits>

#include "linear/solver/glm_descent.h"
#include "linear/solver/intercepts.h"
#include "runtime/dispatch.h"

namespace proxnet {

GlmProblem::GlmProblem(const GlmData& data, Datafit& fit, const ElasticNetPenalty& penalty, const PathOptions& options,
                       Poller& poll)
    : GlmPoint(data, fit, poll), given_(penalty), options_(options), solver_(set_) {
  // Floor for equal targets, whose null loss is rounding: about (1e-16)^2 per row of loss 1.
  constexpr double kLeastNull = 1e-24;
  null_value_ = std::max(loss_, kLeastNull);
  alpha_max_ = alpha_of_zeros(penalty, 1, neg_gradient);
  if (options.start) start_at(options.start);
}

void GlmProblem::set_alpha(double alpha) {
  penalty_.emplace(given_, alpha);
  fit_.floor_scale(fit_.scale());
  curvature_.clear(), idle_ = 0;
  if (penalty_->has_l1()) return;
  Columns every;
  for (std::size_t j = 0; j < count_; ++j)
    if (!data_.is_eliminated(j % data_.cols)) every.push_back(j);
  set_.add(every, poll_);
  if (!penalty_->has_l2()) take_curvature();
}

void GlmProblem::take_curvature() {
  std::vector<std::vector<double>> second(fit_.outputs, std::vector<double>(data_.rows));
  for (std::size_t k = 0; k < fit_.outputs; ++k) fit_.curvature(fit_.hessian_state, k, k, second[k].data());
  std::vector<double> of_set(count_);
  if (gram_pays(options_, penalty_->has_l1())) set_.gather(poll_);  // the solver needs them anyway
  set_.variances(second, of_set.data(), poll_);
  curvature_.resize(count_);
  for (std::size_t s = 0; s < set_.size(); ++s) curvature_[set_.ids[s]] = of_set[s];
  if (!data_.x.dense() || set_.gathered()) return;
  std::vector<double> crossed(data_.cols);  // for centered columns; the variances above are of the raw ones
  for (std::size_t k = 0; k < fit_.outputs; ++k) {
    data_.all_dots(second[k].data(), 1, crossed.data(), poll_);
    const double total = kernels<double>().sum(data_.rows, second[k].data());
    for (std::size_t j = 0; j < data_.cols; ++j)
      curvature_[k * data_.cols + j] -= data_.mean[j] * (data_.mean[j] * total + 2 * crossed[j]);
  }
}

// The certificate of the set; refreshes its negative gradient.
Certificate GlmProblem::check_set() {
  update_set_gradient();
  return glm_certificate(
      *penalty_, fit_, set_.size(), [&](std::size_t s) { return set_.ids[s]; }, set_.w.data(), set_.neg_gradient.data(),
      curvature_);
}

Certificate GlmProblem::certificate() const {
  const std::vector<double> w = all_weights();
  Certificate c = glm_certificate(
      *penalty_, fit_, count_, [](std::size_t j) { return j; }, w.data(), neg_gradient.data(), curvature_);
  c.gap += unpenalized_gap();
  return c;
}

double GlmProblem::unpenalized_gap() const {
  double missed = 0;
  const std::size_t each = data_.directions();
  std::vector<double> rest(each);
  for (std::size_t f = 0; f < unpenalized_coef_.size(); ++f) {
    if (f % each == 0) data_.along(fit_.gradient.data() + f / each * data_.rows, rest.data());
    if (std::fabs(rest[f % each]) > 1e-13) missed += std::fabs(unpenalized_coef_[f] * rest[f % each]);
  }
  return missed;
}

// Directional derivative of the objective along the step to `after` of which a fraction t has been made: from the left,
// for t = 0 from the right.
double GlmProblem::directional_derivative(const std::vector<double>& before, const std::vector<double>& after, double t,
                                          const std::vector<double>& moves) const {
  double derivative = kernels<double>().dot(z_.size(), fit_.gradient.data(), moves.data());
  for (std::size_t s = 0; s < set_.size(); ++s) {
    const std::size_t j = set_.ids[s];
    const double by = after[s] - before[s], w = before[s] + t * by;
    const bool falls = w * by < 0 || (w == 0 && t > 0);
    derivative += penalty_->l2(j) * w * by + (falls ? -penalty_->l1(j) : penalty_->l1(j)) * std::fabs(by);
  }
  return derivative;
}

bool GlmProblem::search(const std::vector<double>& before, std::vector<double> moves,
                        const std::vector<double>& unpenalized_step, double promised) {
  const std::vector<double> after = set_.w, z = z_, b = unpenalized_coef_;
  move(unpenalized_step, moves);
  set_.w = before;
  const double start = loss_ + penalty_value(*penalty_);
  // Piecewise losses have kinks: the minimum along the step is located to a tenth of the initial derivative.
  const bool exact = !fit_.coupling.empty();
  const double steep = exact ? 0.1 * std::fabs(directional_derivative(before, after, 0, moves)) : 0;
  double t = 1, low = 0, high = 1;
  for (int turn = 0; turn < 30; ++turn, poll_()) {
    for (std::size_t s = 0; s < set_.size(); ++s)
      set_.w[s] = t == 1 ? after[s] : before[s] + t * (after[s] - before[s]);
    for (std::size_t i = 0; i < z_.size(); ++i) z_[i] = z[i] + t * moves[i];
    for (std::size_t k = 0; k < unpenalized_step.size(); ++k) unpenalized_coef_[k] = b[k] + t * unpenalized_step[k];
    loss_ = fit_.derive(z_.data());
    const bool falls = loss_ + penalty_value(*penalty_) <= start - 1e-3 * t * promised + kNoise * std::fabs(start);
    const double derivative = exact && turn < 20 ? directional_derivative(before, after, t, moves) : 0;
    if (falls && derivative <= steep && (derivative >= -steep || t == 1)) {
      // A short step means that the assumed curvature of linear pieces was too small.
      fit_.stiffness = std::clamp(fit_.stiffness * (t == 1 ? 0.25 : 10), fit_.least_stiffness, 1.0);
      fit_.slack = std::clamp(fit_.slack * (t == 1 ? 0.25 : 4), 1e-3, 1.0);
      // The cost of the floor is of the order of the scale; solve() releases it when it is small enough. Under L1 a
      // model solved to an absolute distance may promise too little: the gap must be small as well.
      const double scale = fit_.scale();
      if (fit_.scale_floored() && promised <= 0.6 * scale && set_gap_ <= 3 * scale && scale > tol_)
        fit_.release_scale();
      loss_ = fit_unpenalized(data_, fit_, z_, unpenalized_coef_, poll_);
      return true;
    }
    (falls && derivative < 0 ? low : high) = t;
    t = 0.5 * (low + high);
  }
  fit_.stiffness = fit_.slack = 1;
  set_.w = before, z_ = z, unpenalized_coef_ = b;
  loss_ = fit_unpenalized(data_, fit_, z_, unpenalized_coef_, poll_);
  return false;
}

// One proximal Newton step from the negative gradient in the set; false if nothing moves.
bool GlmProblem::step(double distance) {
  constexpr std::size_t kMaxIter = 1000;
  const std::vector<double> before = set_.w, set_neg_gradient = set_.neg_gradient;
  std::vector<double> intercepts;
  const bool with_gram = gram_pays(options_, penalty_->has_l1());
  if (with_gram) {
    if (renew_hessian(distance)) solver_.gram_changed();
    solver_.solve(*penalty_, {-1, 0.02 * distance}, kMaxIter, poll_);
  } else {
    intercepts = GlmDescent(data_, fit_, set_, poll_).solve(*penalty_, 0.05 * distance, kMaxIter);
  }
  last_distance_ = distance;
  std::vector<std::size_t> at;
  std::vector<double> by;
  double promised = 0;
  for (std::size_t s = 0; s < set_.size(); ++s) {
    if (set_.w[s] == before[s]) continue;
    at.push_back(s), by.push_back(set_.w[s] - before[s]);
    const std::size_t j = set_.ids[s];
    promised += set_neg_gradient[s] * by.back() + penalty_->value(j, before[s]) - penalty_->value(j, set_.w[s]);
  }
  promised_ = promised;
  if (at.empty()) return false;
  if (promised <= 1e-3 * kNoise * std::fabs(loss_ + penalty_value(*penalty_))) ++idle_;
  std::vector<double> moves(z_.size());
  set_.predictions(at, by, moves.data(), poll_);
  if (with_gram) intercepts = set_.intercept_step(at, by);
  return search(before, std::move(moves), intercepts, promised);
}

// Proximal Newton iterations.
std::size_t GlmProblem::solve(double tol, std::size_t max_iter) {
  last_distance_ = promised_ = std::numeric_limits<double>::infinity(), tol_ = 0.1 * tol;
  // From a floored scale that is good enough the floor is released further, but rounding may not allow it.
  constexpr std::size_t kFurther = 10, kIdle = 20, kFalls = 1000;  // kFalls: of a floored scale
  std::optional<SavedPoint> good_enough, best;
  std::size_t made = 0, until = max_iter, falls = 0;
  for (;; poll_()) {
    const Certificate c = check_set();
    set_gap_ = penalty_->has_l1() ? c.gap : 0;
    if (!fit_.coupling.empty() && !penalty_->none() && (!best || c.gap < best->gap)) best = saved_point(c.gap);
    // Without a penalty the gap is no bound: the decrease promised by the last Newton step must be small as well.
    bool good = c.gap <= tol && (!penalty_->none() || promised_ <= tol);
    if (good && (fit_.scale_floored() || good_enough)) {
      // Residuals that small may be rounding of the predictions: rebuild those before the final certificate.
      rebuild_predictions();
      good = check_set().gap <= tol;
      if (!good && good_enough) break;
    }
    if (good && !fit_.scale_floored()) return made;
    if (good) good_enough = saved_point(c.gap), until = std::min(max_iter, made + kFurther);
    if (made == until || set_.size() == 0 || idle_ >= kIdle) break;
    if (!good && step(c.distance)) {
      ++made;
    } else if (fit_.scale_floored() && falls++ < kFalls) {
      fit_.release_scale();
      loss_ = fit_unpenalized(data_, fit_, z_, unpenalized_coef_, poll_);
    } else {
      // Retry with the Hessian of this very point.
      if (!gram_pays(options_, penalty_->has_l1()) || set_.drift() == 0) break;
      set_.refresh(poll_), solver_.gram_changed();
      check_set();
      if (!step(c.distance)) break;
      ++made;
    }
  }
  // Below some scale residuals are rounding and steps diverge: return to the best iterate.
  if (const std::optional<SavedPoint>& back = good_enough ? good_enough : best) {
    std::copy(back->w.begin(), back->w.end(), set_.w.begin());
    z_ = back->z, unpenalized_coef_ = back->unpenalized_coef;
    fit_.floor_scale(back->scale);
    loss_ = fit_unpenalized(data_, fit_, z_, unpenalized_coef_, poll_);
  }
  return made;
}

}  // namespace proxnet
