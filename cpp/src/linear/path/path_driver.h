// The one driver of all paths: at each alpha the units that may leave zero come into a set, the set is solved, and
// those outside are checked, until the certificate over all is good. A unit is a coefficient, or a group of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numeric>
#include <utility>

#include "linear/design/design.h"
#include "linear/path/path_options.h"
#include "linear/penalty/gap.h"

namespace proxnet {

// What the driver asks of a problem, which carries its set and its solution from alpha to alpha.
template <class P>
concept PathProblem =
    requires(P p, const P& c, const Columns& blocks, const std::vector<double>& q, std::size_t k, double a) {
      // Of every coefficient: the correlation of its column with the residual (less the loss's derivative), as last
      // known.
      { p.neg_gradient } -> std::same_as<std::vector<double>&>;
      { c.blocks() } -> std::same_as<std::size_t>;
      { c.has(k) } -> std::same_as<bool>;
      { c.all_active() } -> std::same_as<bool>;   // the set holds every unit
      { c.alpha_max() } -> std::same_as<double>;  // infinite where no alpha makes zeros
      p.set_alpha(a);                             // what follows is at this alpha
      // How far correlations q of a unit at zero stand out over a share of the strength: > 0 at share 1 where it must
      // move.
      { c.screening_excess(k, q, a) } -> std::same_as<double>;
      {
        c.max_new_blocks()
      } -> std::same_as<std::size_t>;  // units to be taken in at once: a set at most doubles, so
                                       // that it is no larger than twice what is needed
      p.add(blocks);
      { p.solve(a, k) } -> std::same_as<std::size_t>;  // until the set's gap is a, or k steps are made: the steps
      p.update_gradient(blocks);                       // brings `seen` of some units, or of all, to the solution
      p.update_all_gradients();
      { p.certificate() } -> std::same_as<Certificate>;  // over all units, from `seen`
      {
        c.is_optimal(Certificate(), a)
      } -> std::same_as<bool>;                     // whether coefficients given with this, at a tolerance,
                                                   // may stand as they are
      { c.null_value() } -> std::same_as<double>;  // what the tolerance is relative to
      { c.scale() } -> std::same_as<double>;       // what the problem's units are of the objective's
      {
        P::kInnerTolRatio
      } -> std::convertible_to<double>;  // the share of the tolerance that a set may spend where units are outside:
                                         // theirs is what they scale the dual point by
      { P::kKktTolRatio } -> std::convertible_to<double>;  // tolerances of alpha_max that a distance may be
      { P::kInexactInner } -> std::convertible_to<bool>;   // a set that will grow need not be solved to the end
    };

template <PathProblem P> class PathDriver {
 public:
  PathDriver(P& problem, const PathOptions& options)
      : problem_(problem), options_(options), poll_(options.poll, "[path]"), everything_(problem.blocks()) {
    std::iota(everything_.begin(), everything_.end(), std::size_t{0});
    // Where all zeros are the solution, as they are here.
    given_ = options.start != nullptr;
    if (!options.start && std::isfinite(problem.alpha_max())) last_alpha_ = problem.alpha_max();
  }

  // Every alpha's certificate into `path`; put(k) reads the problem's solution at alpha k.
  template <class Put> void run(PathRecord& path, Put&& put) {
    path.alphas =
        options_.alphas.empty() ? alpha_grid(problem_.alpha_max(), options_.eps, options_.count) : options_.alphas;
    path.limit = tolerance() / problem_.scale();
    for (std::size_t k = 0; k < path.alphas.size(); ++k) {
      solve(path.alphas[k], path);
      put(k);
    }
  }

 private:
  double tolerance() const { return options_.tol * problem_.null_value(); }
  // How far from its optimality condition a unit may be: a gap alone bounds that no better than by its root. Below
  // 1e-8 a sharper distance would be one of rounding.
  double kkt_tolerance() const {
    if (std::isinf(P::kKktTolRatio)) return INFINITY;
    return P::kKktTolRatio * std::max(options_.tol, 1e-8) * problem_.alpha_max() * problem_.scale();
  }

  void solve(double alpha, PathRecord& path) {
    problem_.set_alpha(alpha);
    const double tol = tolerance(), kkt_tolerance = this->kkt_tolerance();
    if (std::exchange(given_, false)) {
      const Certificate c = problem_.certificate();
      if (problem_.is_optimal(c, tol) && c.distance <= kkt_tolerance)
        return record(alpha, problem_.neg_gradient, c, 0, tol, path);
    }
    add_expected(alpha);
    Columns strong;  // whose correlation could grow to alpha if it moved no faster than alpha does
    const double alpha_fraction = last_alpha_ > alpha ? 2 - last_alpha_ / alpha : 1;
    for_outside(everything_, [&](std::size_t u) {
      if (problem_.screening_excess(u, problem_.neg_gradient, alpha_fraction) >= 0) strong.push_back(u);
    });
    std::vector<double> previous = problem_.neg_gradient;
    Certificate c;
    if constexpr (P::kInexactInner) c = problem_.certificate();
    // Every round makes a step, takes a unit in or is sharper than the one before it, which 1e-5 ends.
    const std::size_t rounds = std::min(options_.max_iter, std::size_t{1} << 48) + everything_.size() + 16;
    std::size_t made = 0, round = 0;
    for (double sharper = 1; round < rounds; ++round) {
      const bool all_active = problem_.all_active();
      const double inner = all_active ? sharper * tol : sharper * P::kInnerTolRatio * tol;
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
      if (sharper < 1e-5) break;  // rounding is all that is left
      // A gap goes with the square of the distance.
      const double short_of = c.gap <= tol ? kkt_tolerance / c.distance : 1;
      sharper *= std::clamp(short_of * short_of, 1e-3, 0.1);
    }
    record(alpha, std::move(previous), c, made, tol, path);
  }

  void record(double alpha, std::vector<double> neg_gradient_before, const Certificate& c, std::size_t made, double tol,
              PathRecord& path) {
    before_ = std::move(neg_gradient_before);
    alpha_before_ = last_alpha_, last_alpha_ = alpha;
    path.gap.push_back(c.gap / problem_.scale());
    path.kkt.push_back(c.distance / problem_.scale());
    path.iterations.push_back(made);
    path.converged.push_back(c.gap <= tol);
  }

  // Those that stand out now, or will if the correlations move on as they did between the last two alphas: along a path
  // they move nearly linearly.
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
  // f(u) for the units that are not in the set.
  template <class F> void for_outside(const Columns& blocks, F&& f) {
    constexpr std::size_t kPolled = 1024;  // units from poll to poll
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      if (k % kPolled == 0) poll_();
      if (!problem_.has(blocks[k])) f(blocks[k]);
    }
  }
  // Those outside with an excess > 0, the largest first where they are many; whether there are any.
  template <class Excess> bool add_largest(const Columns& among, Excess&& excess) {
    std::vector<std::pair<double, std::size_t>> added;
    for_outside(among, [&](std::size_t u) {
      if (const double by = excess(u); by > 0) added.emplace_back(-by, u);
    });
    const std::size_t most = std::min(added.size(), problem_.max_new_blocks());
    std::nth_element(added.begin(), added.begin() + static_cast<std::ptrdiff_t>(most), added.end());
    Columns blocks;
    for (std::size_t k = 0; k < most; ++k) blocks.push_back(added[k].second);
    std::sort(blocks.begin(), blocks.end());
    problem_.add(blocks);
    return !blocks.empty();
  }

  P& problem_;
  const PathOptions& options_;
  Poller poll_;
  Columns everything_;
  std::vector<double> before_;  // what was seen before the last alpha
  double last_alpha_ = 0, alpha_before_ = 0;
  bool given_ = false;  // the caller's coefficients, which may do as they are, have not been looked at
};

}  // namespace proxnet
