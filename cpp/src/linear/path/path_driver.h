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
    requires(P p, const P& c, const Columns& units, const std::vector<double>& q, std::size_t k, double a) {
      // Of every coefficient: the correlation of its column with the residual (less the loss's derivative), as last
      // known.
      { p.seen } -> std::same_as<std::vector<double>&>;
      { c.units() } -> std::same_as<std::size_t>;
      { c.has(k) } -> std::same_as<bool>;
      { c.whole() } -> std::same_as<bool>;        // the set holds every unit
      { c.alpha_max() } -> std::same_as<double>;  // infinite where no alpha makes zeros
      p.aim(a);                                   // what follows is at this alpha
      // How far correlations q of a unit at zero stand out over a share of the strength: > 0 at share 1 where it must
      // move.
      { c.excess(k, q, a) } -> std::same_as<double>;
      {
        c.most_fresh()
      } -> std::same_as<std::size_t>;  // units to be taken in at once: a set at most doubles, so
                                       // that it is no larger than twice what is needed
      p.add(units);
      { p.solve(a, k) } -> std::same_as<std::size_t>;  // until the set's gap is a, or k steps are made: the steps
      p.see(units);                                    // brings `seen` of some units, or of all, to the solution
      p.see_all();
      { p.certificate() } -> std::same_as<Certificate>;  // over all units, from `seen`
      {
        c.settled(Certificate(), a)
      } -> std::same_as<bool>;                     // whether coefficients given with this, at a tolerance,
                                                   // may stand as they are
      { c.null_value() } -> std::same_as<double>;  // what the tolerance is relative to
      { c.scale() } -> std::same_as<double>;       // what the problem's units are of the objective's
      {
        P::kRoom
      } -> std::convertible_to<double>;  // the share of the tolerance that a set may spend where units are outside:
                                         // theirs is what they scale the dual point by
      { P::kNear } -> std::convertible_to<double>;  // tolerances of alpha_max that a distance may be
      { P::kLoose } -> std::convertible_to<bool>;   // a set that will grow need not be solved to the end
    };

template <PathProblem P> class PathDriver {
 public:
  PathDriver(P& problem, const PathOptions& options)
      : problem_(problem), options_(options), poll_(options.poll, "[path]"), everything_(problem.units()) {
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
  double near() const {
    if (std::isinf(P::kNear)) return INFINITY;
    return P::kNear * std::max(options_.tol, 1e-8) * problem_.alpha_max() * problem_.scale();
  }

  void solve(double alpha, PathRecord& path) {
    problem_.aim(alpha);
    const double tol = tolerance(), near = this->near();
    if (std::exchange(given_, false)) {
      const Certificate c = problem_.certificate();
      if (problem_.settled(c, tol) && c.distance <= near) return record(alpha, problem_.seen, c, 0, tol, path);
    }
    take_in(alpha);
    Columns strong;  // whose correlation could grow to alpha if it moved no faster than alpha does
    const double share = last_alpha_ > alpha ? 2 - last_alpha_ / alpha : 1;
    for_outside(everything_, [&](std::size_t u) {
      if (problem_.excess(u, problem_.seen, share) >= 0) strong.push_back(u);
    });
    std::vector<double> previous = problem_.seen;
    Certificate c;
    if constexpr (P::kLoose) c = problem_.certificate();
    // Every round makes a step, takes a unit in or is sharper than the one before it, which 1e-5 ends.
    const std::size_t rounds = std::min(options_.max_iter, std::size_t{1} << 48) + everything_.size() + 16;
    std::size_t made = 0, round = 0;
    for (double sharper = 1; round < rounds; ++round) {
      const bool whole = problem_.whole();
      const double inner = whole ? sharper * tol : sharper * P::kRoom * tol;
      made += problem_.solve(P::kLoose && !whole ? std::max(inner, 0.1 * c.gap) : inner, options_.max_iter - made);
      if (!strong.empty() && strong.size() < everything_.size() / 2 && made < options_.max_iter) {
        problem_.see(strong);
        if (take_violators(strong)) continue;
      }
      const double gap = c.gap;
      problem_.see_all();
      c = problem_.certificate();
      if ((c.gap <= tol && c.distance <= near) || made >= options_.max_iter) break;
      if (take_violators(everything_) || (P::kLoose && !whole && 0 < gap && c.gap <= 0.5 * gap)) continue;
      if (sharper < 1e-5) break;  // rounding is all that is left
      // A gap goes with the square of the distance.
      const double short_of = c.gap <= tol ? near / c.distance : 1;
      sharper *= std::clamp(short_of * short_of, 1e-3, 0.1);
    }
    record(alpha, std::move(previous), c, made, tol, path);
  }

  void record(double alpha, std::vector<double> seen_before, const Certificate& c, std::size_t made, double tol,
              PathRecord& path) {
    before_ = std::move(seen_before);
    alpha_before_ = last_alpha_, last_alpha_ = alpha;
    path.gap.push_back(c.gap / problem_.scale());
    path.kkt.push_back(c.distance / problem_.scale());
    path.iterations.push_back(made);
    path.converged.push_back(c.gap <= tol);
  }

  // Those that stand out now, or will if the correlations move on as they did between the last two alphas: along a path
  // they move nearly linearly.
  void take_in(double alpha) {
    const std::vector<double>& seen = problem_.seen;
    std::vector<double> expected;
    if (!before_.empty() && last_alpha_ != alpha_before_) {
      const double ahead = (alpha - last_alpha_) / (last_alpha_ - alpha_before_);
      expected.resize(seen.size());
      for (std::size_t j = 0; j < seen.size(); ++j) expected[j] = seen[j] + ahead * (seen[j] - before_[j]);
    }
    take(everything_, [&](std::size_t u) {
      const double now = problem_.excess(u, seen, 1);
      return expected.empty() ? now : std::max(now, problem_.excess(u, expected, 1));
    });
  }
  bool take_violators(const Columns& among) {
    return take(among, [&](std::size_t u) { return problem_.excess(u, problem_.seen, 1); });
  }
  // f(u) for the units that are not in the set.
  template <class F> void for_outside(const Columns& units, F&& f) {
    constexpr std::size_t kPolled = 1024;  // units from poll to poll
    for (std::size_t k = 0; k < units.size(); ++k) {
      if (k % kPolled == 0) poll_();
      if (!problem_.has(units[k])) f(units[k]);
    }
  }
  // Those outside with an excess > 0, the largest first where they are many; whether there are any.
  template <class Excess> bool take(const Columns& among, Excess&& excess) {
    std::vector<std::pair<double, std::size_t>> fresh;
    for_outside(among, [&](std::size_t u) {
      if (const double by = excess(u); by > 0) fresh.emplace_back(-by, u);
    });
    const std::size_t most = std::min(fresh.size(), problem_.most_fresh());
    std::nth_element(fresh.begin(), fresh.begin() + static_cast<std::ptrdiff_t>(most), fresh.end());
    Columns units;
    for (std::size_t k = 0; k < most; ++k) units.push_back(fresh[k].second);
    std::sort(units.begin(), units.end());
    problem_.add(units);
    return !units.empty();
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
