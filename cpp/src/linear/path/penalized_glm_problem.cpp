#include "linear/path/penalized_glm_problem.h"

#include <limits>
#include <optional>

#include "linear/solver/glm_descent.h"
#include "linear/solver/intercepts.h"
#include "linear/solver/prox_descent.h"

namespace proxnet {

PenalizedGlm::PenalizedGlm(const GlmData& data, Datafit& fit, const Penalty& penalty, const std::vector<double>& square,
                           const ProxUnits& units, const PathOptions& options, Poller& poll)
    : GlmPoint(data, fit, poll),
      options_(options),
      square_(square),
      step_(penalty, count_, units),
      rule_(step_, set_.ids) {
  for (const double q : seen) null_value_ = std::max(null_value_, std::fabs(q));
  step_.aim(1);
  if (!options.start || options.alphas.empty()) begin_at_null(options);
  add(step_.free_weights());
  if (options.start) start_at(options.start);
}

void PenalizedGlm::begin_at_null(const PathOptions& options) {
  const Columns free = step_.free_weights();
  add(free);
  constexpr double kSharper = 1e-4;  // the others must not stand out by what these still move
  if (!free.empty()) null_steps_ = solve(std::max(kSharper * options.tol, 1e-14) * null_value_, options.max_iter);
  see_all();
  std::vector<double> curvature(count_);
  for (std::size_t j = 0; j < count_; ++j) curvature[j] = most_curvature(j);
  alpha_max_ = step_.alpha_of_zeros(seen, curvature, poll_);
  if (!free.empty()) alpha_max_ *= 1 + options.tol;
}

void PenalizedGlm::aim(double alpha) {
  step_.aim(alpha);
  fit_.hold(fit_.scale());
  careful_ = false, rule_.damping = 0;
}

double PenalizedGlm::penalty_value() const {
  double value = 0;
  for (const std::size_t s : set_.support()) value += step_.value(set_.ids[s], set_.w[s]);
  return value;
}

Certificate PenalizedGlm::check_set() {
  see_set();
  Certificate c;
  for (std::size_t s = 0; s < set_.size(); ++s)
    step_.add_to(c, set_.ids[s], set_.w[s], set_.slope[s], most_curvature(set_.ids[s]));
  return c;
}

Certificate PenalizedGlm::certificate() const {
  const std::vector<double> w = all_weights();
  Certificate c;
  for (std::size_t j = 0; j < count_; ++j) step_.add_to(c, j, w[j], seen[j], most_curvature(j));
  return c;
}

bool PenalizedGlm::gram_pays() const {
  return set_.size() <= std::min<std::size_t>(options_.gram_columns, data_.x.dense() ? 3000 : 1500);
}

PenalizedGlm::Proposal PenalizedGlm::propose(const std::vector<double>& before, const std::vector<double>& slope,
                                             double distance) {
  constexpr std::size_t kPasses = 1000;
  Proposal p;
  p.moves.resize(z_.size());
  rule_.origin = before;
  rule_.bound.clear();
  for (std::size_t s = 0; careful_ && std::isfinite(fit_.most_bend()) && s < set_.size(); ++s)
    rule_.bound.push_back(most_curvature(set_.ids[s]));
  std::optional<GlmDescent> descent;
  if (gram_pays()) {
    std::vector<double> curvature(set_.size());
    for (std::size_t s = 0; s < set_.size(); ++s) curvature[s] = set_.gram(s)[s];
    // The slopes at no weights.
    std::vector<double> back;
    const auto at = set_.support();
    for (const std::size_t s : at) back.push_back(-before[s]);
    set_.move_slope(at, back);
    const std::vector<double> correlation = set_.slope;
    set_.slope = slope;
    ProxDescent(rule_, set_, correlation, curvature).solve(0.02 * distance, kPasses, poll_);
  } else {
    p.settled = descent.emplace(data_, fit_, set_, poll_).solve(rule_, 0.05 * distance, kPasses);
  }
  std::vector<double> by;
  for (std::size_t s = 0; s < set_.size(); ++s) {
    if (set_.w[s] == before[s]) continue;
    const std::size_t j = set_.ids[s];
    p.at.push_back(s), by.push_back(set_.w[s] - before[s]);
    p.falls += slope[s] * by.back() + step_.value(j, before[s]) - step_.value(j, set_.w[s]);
    if (!descent) p.falls -= 0.5 * by.back() * (slope[s] - set_.slope[s]);
  }
  set_.predictions(p.at, by, p.moves.data(), poll_);
  if (!descent) p.settled = set_.intercept_step(p.at, by);
  move(p.settled, p.moves);
  if (descent) p.falls -= 0.5 * descent->bent_by(p.moves, fit_.gradient);
  return p;
}

bool PenalizedGlm::step(double distance) {
  const std::vector<double> before = set_.w, slope = set_.slope, z = z_, settled = settled_;
  const double start = loss_ + penalty_value();
  if (gram_pays()) renew(distance);
  last_distance_ = distance;
  constexpr int kTurns = 25;
  for (int turn = 0; turn < kTurns; ++turn, poll_()) {
    const Proposal p = propose(before, slope, distance);
    if (p.at.empty()) {
      if (!gram_pays() || set_.drift() == 0) return false;
      set_.refresh(poll_);  // once more with second derivatives of this very point
      continue;
    }
    for (std::size_t i = 0; i < z.size(); ++i) z_[i] = z[i] + p.moves[i];
    for (std::size_t k = 0; k < p.settled.size(); ++k) settled_[k] = settled[k] + p.settled[k];
    loss_ = settle(data_, fit_, z_, settled_, poll_);
    if (objective() <= start - 1e-3 * std::max(p.falls, 0.0) + kNoise * std::fabs(start)) {
      rule_.damping = rule_.damping < 1e-2 ? 0 : 0.1 * rule_.damping;
      return true;
    }
    careful_ = true, rule_.damping = std::max(1.0, 10 * rule_.damping);
    set_.w = before, set_.slope = slope, z_ = z, settled_ = settled;
    loss_ = fit_.derive(z_.data());
  }
  return false;
}

// Newton steps.
std::size_t PenalizedGlm::solve(double tol, std::size_t most) {
  last_distance_ = std::numeric_limits<double>::infinity();
  for (std::size_t made = 0;; ++made, poll_()) {
    const Certificate c = check_set();
    const bool good = c.gap <= tol;
    if (made == most || (set_.size() == 0 && !fit_.held()) || (good && !fit_.held())) return made;
    if (!good && step(c.gap)) continue;
    if (!fit_.held()) return made;
    fit_.let_go();
    loss_ = settle(data_, fit_, z_, settled_, poll_);
  }
}

}  // namespace proxnet
