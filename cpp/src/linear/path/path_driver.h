// The driver of all regularization paths. At each alpha: blocks that may leave zero join the working set, the set is
// solved, and the blocks outside are checked, until the certificate over all blocks is good. A block is a coefficient,
// or a group of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numeric>
#include <utility>

#include "linear/design/design.h"
#include "linear/path/path_options.h"
#include "linear/penalty/duality_gap.h"

namespace proxnet {

// What the driver needs of a problem, which carries its working set and solution from alpha to alpha.
template <class P>
concept PathProblem = requires(P p, const P& c, const Columns& blocks, const std::vector<double>& q, std::size_t k,
                               double a, const Certificate& known) {
  // Per coefficient: minus the loss's derivative (X'r), as of the last update.
  { p.neg_gradient } -> std::same_as<std::vector<double>&>;
  { c.blocks() } -> std::same_as<std::size_t>;
  { c.has(k) } -> std::same_as<bool>;
  { c.all_active() } -> std::same_as<bool>;
  // Infinite if no alpha makes zeros.
  { c.alpha_max() } -> std::same_as<double>;
  p.set_alpha(a);
  // By how much block k at zero, with negative gradient q, exceeds a fraction a of its threshold: > 0 at a = 1 if it
  // must leave zero.
  { c.screening_excess(k, q, a) } -> std::same_as<double>;
  // A set at most doubles, so that it is no larger than twice what is needed.
  { c.max_new_blocks() } -> std::same_as<std::size_t>;
  p.add(blocks);
  // Solves the set to gap a, or makes k iterations; returns the iterations.
  { p.solve(a, k) } -> std::same_as<std::size_t>;
  // Update neg_gradient of some blocks, or of all, to the current solution.
  p.update_gradient(blocks);
  p.update_all_gradients();
  // Over all blocks, from neg_gradient.
  { p.certificate() } -> std::same_as<Certificate>;
  // Whether a start with this certificate may stand as it is at tolerance a.
  { c.is_optimal(known, a) } -> std::same_as<bool>;
  // The tolerance is relative to it.
  { c.null_value() } -> std::same_as<double>;
  // The problem's objective over the caller's.
  { c.scale() } -> std::same_as<double>;
  // Fraction of the tolerance for a set with blocks outside, which also scale the dual point.
  { P::kInnerTolRatio } -> std::convertible_to<double>;
  // KKT tolerance in units of tol * alpha_max.
  { P::kKktTolRatio } -> std::convertible_to<double>;
  // Whether a set that will grow may be solved inexactly.
  { P::kInexactInner } -> std::convertible_to<bool>;
};

template <PathProblem P> class PathDriver {
 public:
  PathDriver(P& problem, const PathOptions& options)
      : problem_(problem), options_(options), poll_(options.poll, "[path]"), everything_(problem.blocks()) {
    std::iota(everything_.begin(), everything_.end(), std::size_t{0});
    // All coefficients are zero now, which is optimal at alpha_max.
    given_ = options.start != nullptr;
    if (!options.start && std::isfinite(problem.alpha_max())) last_alpha_ = problem.alpha_max();
  }

  // Solves every alpha, appends the certificates to `path` and calls put(k), which reads the problem's solution at
  // alpha k.
  template <class Put> void run(LinearPath& path, Put&& put) {
    path.alphas =
        options_.alphas.empty() ? alpha_grid(problem_.alpha_max(), options_.eps, options_.count) : options_.alphas;
    path.limit = tolerance() / problem_.scale(), path.null_value = problem_.null_value() / problem_.scale();
    for (std::size_t k = 0; k < path.alphas.size(); ++k) {
      solve(path.alphas[k], path);
      put(k);
    }
  }

 private:
  double tolerance() const { return options_.tol * problem_.null_value(); }
  // KKT tolerance: a gap alone bounds the KKT violation only by its square root. Below tol = 1e-8 it would be one of
  // rounding.
  double kkt_tolerance() const {
    if (std::isinf(P::kKktTolRatio)) return INFINITY;
    return P::kKktTolRatio * std::max(options_.tol, 1e-8) * problem_.alpha_max() * problem_.scale();
  }

  void solve(double alpha, LinearPath& path) {
    problem_.set_alpha(alpha);
    const double tol = tolerance(), kkt_tolerance = this->kkt_tolerance();
    if (std::exchange(given_, false)) {
      const Certificate c = problem_.certificate();
      if (problem_.is_optimal(c, tol) && c.distance <= kkt_tolerance)
        return record(alpha, problem_.neg_gradient, c, 0, tol, path);
    }
    add_expected(alpha);
    Columns strong;  // strong rule: blocks whose gradient could reach alpha if it moves no faster than alpha does
    const double alpha_fraction = last_alpha_ > alpha ? 2 - last_alpha_ / alpha : 1;
    for_outside(everything_, [&](std::size_t u) {
      if (problem_.screening_excess(u, problem_.neg_gradient, alpha_fraction) >= 0) strong.push_back(u);
    });
    std::vector<double> previous = problem_.neg_gradient;
    Certificate c;
    if constexpr (P::kInexactInner) c = problem_.certificate();
    // Each round makes an iteration, adds a block or tightens the inner tolerance, which ends at 1e-5 of it.
    const std::size_t rounds = std::min(options_.max_iter, std::size_t{1} << 48) + everything_.size() + 16;
    std::size_t made = 0, round = 0;
    for (double tol_factor = 1; round < rounds; ++round) {
      const bool all_active = problem_.all_active();
      const double inner = all_active ? tol_factor * tol : tol_factor * P::kInnerTolRatio * tol;
      made += problem_.solve(P::kInexactInner && !all_active ? std::max(inner, 0.1 * c.gap) : inner,
                             options_.max_iter - made);
      if (!strong.empty() && strong.size() < everything_.size() / 2 && made < options_.max_iter) {
        problem_.update_gradient(strong);
        if (add_violators(strong)) continue;
      }
      const double gap = c.gap;
      problem_.update_all_gradients();
      c = problem_.certificate();
      if ((c.gap <= tol && c.distance <= kkt_tolerance) || made >= options_.max_iter) break;
      if (add_violators(everything_) || (P::kInexactInner && !all_active && 0 < gap && c.gap <= 0.5 * gap)) continue;
      if (tol_factor < 1e-5) break;  // only rounding is left
      // The gap is quadratic in the KKT violation.
      const double shortfall = c.gap <= tol ? kkt_tolerance / c.distance : 1;
      tol_factor *= std::clamp(shortfall * shortfall, 1e-3, 0.1);
    }
    record(alpha, std::move(previous), c, made, tol, path);
  }

  void record(double alpha, std::vector<double> neg_gradient_before, const Certificate& c, std::size_t made, double tol,
              LinearPath& path) {
    before_ = std::move(neg_gradient_before);
    alpha_before_ = last_alpha_, last_alpha_ = alpha;
    path.gap.push_back(c.gap / problem_.scale());
    path.kkt.push_back(c.distance / problem_.scale());
    path.iterations.push_back(made);
    path.converged.push_back(c.gap <= tol);
  }

  // Adds the blocks that violate their optimality condition now, or will if the gradient moves on as between the last
  // two alphas: along a path it is nearly linear in alpha.
  void add_expected(double alpha) {
    const std::vector<double>& neg_gradient = problem_.neg_gradient;
    std::vector<double> expected;
    if (!before_.empty() && last_alpha_ != alpha_before_) {
      const double ahead = (alpha - last_alpha_) / (last_alpha_ - alpha_before_);
      expected.resize(neg_gradient.size());
      for (std::size_t j = 0; j < neg_gradient.size(); ++j)
        expected[j] = neg_gradient[j] + ahead * (neg_gradient[j] - before_[j]);
    }
    add_largest(everything_, [&](std::size_t u) {
      const double now = problem_.screening_excess(u, neg_gradient, 1);
      return expected.empty() ? now : std::max(now, problem_.screening_excess(u, expected, 1));
    });
  }
  bool add_violators(const Columns& among) {
    return add_largest(among, [&](std::size_t u) { return problem_.screening_excess(u, problem_.neg_gradient, 1); });
  }
  // Calls f(u) for the blocks outside the set.
  template <class F> void for_outside(const Columns& blocks, F&& f) {
    constexpr std::size_t kPolled = 1024;  // blocks between two polls
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      if (k % kPolled == 0) poll_();
      if (!problem_.has(blocks[k])) f(blocks[k]);
    }
  }
  // Adds blocks outside with excess(u) > 0, the largest first if there are more than max_new_blocks(); returns whether
  // there are any.
  template <class Excess> bool add_largest(const Columns& among, Excess&& excess) {
    std::vector<std::pair<double, std::size_t>> added;
    for_outside(among, [&](std::size_t u) {
      if (const double by = excess(u); by > 0) added.emplace_back(-by, u);
    });
    const std::size_t taken = std::min(added.size(), problem_.max_new_blocks());
    std::nth_element(added.begin(), added.begin() + static_cast<std::ptrdiff_t>(taken), added.end());
    Columns blocks;
    for (std::size_t k = 0; k < taken; ++k) blocks.push_back(added[k].second);
    std::sort(blocks.begin(), blocks.end());
    problem_.add(blocks);
    return !blocks.empty();
  }

  P& problem_;
  const PathOptions& options_;
  Poller poll_;
  Columns everything_;
  std::vector<double> before_;  // neg_gradient before the last alpha
  double last_alpha_ = 0, alpha_before_ = 0;
  bool given_ = false;  // the caller's start has not been checked for optimality yet
};

}  // namespace proxnet
