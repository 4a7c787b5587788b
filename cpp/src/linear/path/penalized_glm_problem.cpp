#include "linear/path/penalized_glm_problem.h"

#include <limits>
#include <optional>

#include "linear/solver/glm_descent.h"
#include "linear/solver/intercepts.h"
#include "linear/solver/prox_descent.h"

namespace proxnet {

PenalizedGlmProblem::PenalizedGlmProblem(const GlmData& data, Datafit& fit, const Penalty& penalty,
                                         const std::vector<double>& square, const ProblemScale& scale,
                                         const PathOptions& options, Poller& poll)
    : GlmPoint(data, fit, poll),
      options_(options),
      square_(square),
      penalty_(penalty, count_, scale),
      damped_(penalty_) {
  for (const double q : neg_gradient) null_value_ = std::max(null_value_, std::fabs(q));
  penalty_.set_alpha(1);
  if (!options.start || options.alphas.empty()) begin_at_null(options);
  add(penalty_.unpenalized_weights());
  if (options.start) start_at(options.start);
}

void PenalizedGlmProblem::begin_at_null(const PathOptions& options) {
  const Columns unpenalized = penalty_.unpenalized_weights();
  add(unpenalized);
  constexpr double kSharper = 1e-4;  // the residual motion of the unpenalized coefficients must not trigger others
  if (!unpenalized.empty())
    null_iterations_ = solve(std::max(kSharper * options.tol, 1e-14) * null_value_, options.max_iter);
  update_all_gradients();
  std::vector<double> curvature(count_);
  for (std::size_t j = 0; j < count_; ++j) curvature[j] = curvature_bound(j);
  alpha_max_ = penalty_.alpha_of_zeros(neg_gradient, curvature, poll_);
  if (!unpenalized.empty()) alpha_max_ *= 1 + options.tol;
}

void PenalizedGlmProblem::set_alpha(double alpha) {
  penalty_.set_alpha(alpha);
  fit_.floor_scale(fit_.scale());
  careful_ = false, damped_.damping = 0;
}

Certificate PenalizedGlmProblem::check_set() {
  update_set_gradient();
  Certificate c;
  for (std::size_t s = 0; s < set_.size(); ++s)
    penalty_.add_to(c, set_.ids[s], set_.w[s], set_.neg_gradient[s], curvature_bound(set_.ids[s]));
  return c;
}

Certificate PenalizedGlmProblem::certificate() const {
  const std::vector<double> w = all_weights();
  Certificate c;
  for (std::size_t j = 0; j < count_; ++j) penalty_.add_to(c, j, w[j], neg_gradient[j], curvature_bound(j));
  return c;
}

PenalizedGlmProblem::Proposal PenalizedGlmProblem::propose(const std::vector<double>& before,
                                                           const std::vector<double>& set_neg_gradient,
                                                           double distance) {
  constexpr std::size_t kMaxIter = 1000;
  Proposal p;
  p.moves.resize(z_.size());
  damped_.origin = all_weights();
  damped_.bound.clear();
  for (std::size_t j = 0; careful_ && std::isfinite(fit_.curvature_bound()) && j < count_; ++j)
    damped_.bound.push_back(curvature_bound(j));
  std::optional<GlmDescent> descent;
  if (gram_pays(options_, true)) {
    std::vector<double> curvature(set_.size());
    for (std::size_t s = 0; s < set_.size(); ++s) curvature[s] = set_.gram(s)[s];
    // The negative gradient at zero coefficients.
    std::vector<double> back;
    const auto at = set_.support();
    for (const std::size_t s : at) back.push_back(-before[s]);
    set_.update_gradient(at, back);
    const std::vector<double> correlation = set_.neg_gradient;
    set_.neg_gradient = set_neg_gradient;
    ProxDescent(damped_, set_, correlation, curvature).solve(0.02 * distance, kMaxIter, poll_);
  } else {
    p.unpenalized_step = descent.emplace(data_, fit_, set_, poll_).solve(damped_, 0.05 * distance, kMaxIter);
  }
  std::vector<double> by;
  for (std::size_t s = 0; s < set_.size(); ++s) {
    if (set_.w[s] == before[s]) continue;
    const std::size_t j = set_.ids[s];
    p.at.push_back(s), by.push_back(set_.w[s] - before[s]);
    p.falls += set_neg_gradient[s] * by.back() + penalty_.value(j, before[s]) - penalty_.value(j, set_.w[s]);
    if (!descent) p.falls -= 0.5 * by.back() * (set_neg_gradient[s] - set_.neg_gradient[s]);
  }
  set_.predictions(p.at, by, p.moves.data(), poll_);
  if (!descent) p.unpenalized_step = set_.intercept_step(p.at, by);
  move(p.unpenalized_step, p.moves);
  if (descent) p.falls -= 0.5 * descent->curvature_along(p.moves, fit_.gradient);
  return p;
}

bool PenalizedGlmProblem::step(double distance) {
  const std::vector<double> before = set_.w, set_neg_gradient = set_.neg_gradient, z = z_,
                            unpenalized_coef = unpenalized_coef_;
  const double start = loss_ + penalty_value(penalty_);
  if (gram_pays(options_, true)) renew_hessian(distance);
  last_distance_ = distance;
  constexpr int kTurns = 25;
  for (int turn = 0; turn < kTurns; ++turn, poll_()) {
    const Proposal p = propose(before, set_neg_gradient, distance);
    if (p.at.empty()) {
      if (!gram_pays(options_, true) || set_.drift() == 0) return false;
      set_.refresh(poll_);  // retry with the Hessian of this very point
      continue;
    }
    for (std::size_t i = 0; i < z.size(); ++i) z_[i] = z[i] + p.moves[i];
    for (std::size_t k = 0; k < p.unpenalized_step.size(); ++k)
      unpenalized_coef_[k] = unpenalized_coef[k] + p.unpenalized_step[k];
    loss_ = fit_unpenalized(data_, fit_, z_, unpenalized_coef_, poll_);
    if (objective() <= start - 1e-3 * std::max(p.falls, 0.0) + kNoise * std::fabs(start)) {
      damped_.damping = damped_.damping < 1e-2 ? 0 : 0.1 * damped_.damping;
      return true;
    }
    careful_ = true, damped_.damping = std::max(1.0, 10 * damped_.damping);
    set_.w = before, set_.neg_gradient = set_neg_gradient, z_ = z, unpenalized_coef_ = unpenalized_coef;
    loss_ = fit_.derive(z_.data());
  }
  return false;
}

// Proximal Newton iterations.
std::size_t PenalizedGlmProblem::solve(double tol, std::size_t max_iter) {
  last_distance_ = std::numeric_limits<double>::infinity();
  for (std::size_t made = 0;; ++made, poll_()) {
    const Certificate c = check_set();
    const bool good = c.gap <= tol;
    if (made == max_iter || (set_.size() == 0 && !fit_.scale_floored()) || (good && !fit_.scale_floored())) return made;
    if (!good && step(c.gap)) continue;
    if (!fit_.scale_floored()) return made;
    fit_.release_scale();
    loss_ = fit_unpenalized(data_, fit_, z_, unpenalized_coef_, poll_);
  }
}

}  // namespace proxnet
