#include "linear/solver/gram_solver.h"

#include <cmath>

#include "runtime/dispatch.h"

namespace proxnet {

namespace {

// A smooth quadratic objective: one Newton step solves it.
bool is_quadratic(const ElasticNet& penalty) { return penalty.has_l2() && !penalty.has_l1() && !penalty.positive; }

}  // namespace

Certificate GramSolver::certificate_of(const ElasticNet& penalty) const {
  double wc = 0, wg = 0;
  for (std::size_t k = 0; correlation_ && k < set_.size(); ++k)
    wc += set_.w[k] * (*correlation_)[k], wg += set_.w[k] * set_.neg_gradient[k];
  const ResidualSquares squares = {std::max(0.0, target_square_ - wc - wg), target_square_ - wc};
  return certificate(
      penalty, set_.size(), [&](std::size_t k) { return set_.ids[k]; }, set_.w.data(), set_.neg_gradient.data(),
      squares, [&](std::size_t k) { return set_.gram(k)[k]; });
}

double GramSolver::newton_cost() const {
  double n = 0;
  for (const double w : set_.w) n += w != 0;
  return n * n * n / 6 + n * static_cast<double>(set_.size());
}

double GramSolver::descend(const ElasticNet& penalty) {
  const auto& k = kernels<double>();
  const std::size_t n = set_.size();
  double products = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const double* gram = set_.gram(j);
    const double old = set_.w[j];
    const double next = penalty.minimizer(set_.ids[j], old, set_.neg_gradient[j], gram[j]);
    if (next == old) continue;
    const double back = old - next;
    k.add_columns(n, 1, &gram, &back, set_.neg_gradient.data());
    products += static_cast<double>(n);
    set_.w[j] = next + 0.0;
  }
  return products;
}

bool GramSolver::slide(const ElasticNet& penalty, const std::vector<std::size_t>& at,
                       const std::vector<double>& diagonal, const std::vector<double>& neg_gradient, Poller& poll) {
  const std::size_t n = at.size();
  std::vector<double> products(n);
  bool zero = false;
  for (const std::size_t d : cholesky_.dependent()) {
    poll();
    if (set_.w[at[d]] == 0) continue;
    for (std::size_t s = 0; s < n; ++s) products[s] = set_.gram(at[d])[at[s]] + (s == d ? diagonal[d] : 0.0);
    std::vector<double> along = cholesky_.solve(products);  // its entry of column d is 0
    double downhill = 0, size = 0;
    for (std::size_t s = 0; s < n; ++s) {
      along[s] = s == d ? 1.0 : -along[s];
      downhill += neg_gradient[s] * along[s];
      size += std::fabs(along[s]) * (std::fabs(neg_gradient[s]) + penalty.l1(set_.ids[at[s]]));
    }
    if (!(std::fabs(downhill) > 1e-12 * size)) continue;  // no descent beyond rounding
    double length = INFINITY;
    std::size_t first = n;
    for (std::size_t s = 0; s < n; ++s) {
      along[s] = downhill < 0 ? -along[s] : along[s];
      if (set_.w[at[s]] * along[s] >= 0 || -set_.w[at[s]] / along[s] >= length) continue;
      length = -set_.w[at[s]] / along[s], first = s;
    }
    if (first == n || !std::isfinite(length)) continue;
    for (double& a : along) a *= length;
    const std::vector<double> before = set_.neg_gradient;
    set_.update_gradient(at, along);
    double curvature = 0;  // nonzero by rounding, and where columns are only nearly collinear
    for (std::size_t s = 0; s < n; ++s)
      curvature += along[s] * (before[at[s]] - set_.neg_gradient[at[s]] + diagonal[s] * along[s]);
    const double part = curvature > 0 ? std::fabs(downhill) * length / curvature : 1.0;
    if (part < 1) {  // the minimizer lies before the first zero
      set_.neg_gradient = before;
      for (double& a : along) a *= part;
      set_.update_gradient(at, along);
      first = n;
    }
    for (std::size_t s = 0; s < n; ++s) {
      double& w = set_.w[at[s]];
      w = s == first ? 0.0 : w + along[s];
    }
    zero = zero || first < n;
    if (first != d && first < n) break;  // the Cholesky factor includes it
  }
  return zero;
}

bool GramSolver::newton(const ElasticNet& penalty, bool slide, Poller& poll) {
  const auto at = set_.support();
  if (at.empty()) return true;
  const std::size_t n = at.size();
  std::vector<double> diagonal(n), neg_gradient(n);
  for (std::size_t s = 0; s < n; ++s) diagonal[s] = penalty.l2(set_.ids[at[s]]);
  const auto look = [&] {
    for (std::size_t s = 0; s < n; ++s) {
      const double w = set_.w[at[s]], l1 = penalty.l1(set_.ids[at[s]]);
      neg_gradient[s] = set_.neg_gradient[at[s]] - diagonal[s] * w - (w > 0 ? l1 : -l1);
    }
  };
  look();
  cholesky_.factor(set_, at, diagonal, poll);
  if (slide && penalty.has_l1() && !cholesky_.definite()) {
    if (this->slide(penalty, at, diagonal, neg_gradient, poll)) return false;
    look();
  }
  std::vector<double> step = cholesky_.solve(neg_gradient);
  bool full_length = true;
  double length = 1;  // longest step without a change of sign
  for (std::size_t s = 0; s < n && !is_quadratic(penalty); ++s)
    if (set_.w[at[s]] * (set_.w[at[s]] + step[s]) < 0) length = std::min(length, -set_.w[at[s]] / step[s]);
  const std::vector<double> before = set_.neg_gradient;
  const auto curvature = [&] {
    double sum = 0;
    for (std::size_t s = 0; s < n; ++s)
      sum += step[s] * (before[at[s]] - set_.neg_gradient[at[s]] + diagonal[s] * step[s]);
    return sum;
  };
  if (length < 1) {
    // Coefficients that would change their sign stop at zero; the others take the full step, if that descends.
    const std::vector<double> full_step = step;
    for (std::size_t s = 0; s < n; ++s)
      if (set_.w[at[s]] * (set_.w[at[s]] + step[s]) < 0) step[s] = -set_.w[at[s]];
    double downhill = 0;
    for (std::size_t s = 0; s < n; ++s) downhill += step[s] * neg_gradient[s];
    set_.update_gradient(at, step);
    if (downhill <= 0.5 * curvature()) {
      full_length = false;
      set_.neg_gradient = before;
      for (std::size_t s = 0; s < n; ++s) {
        const double w = set_.w[at[s]];
        step[s] = w * (w + full_step[s]) < 0 && -w / full_step[s] <= length ? -w : length * full_step[s];
      }
      set_.update_gradient(at, step);
    }
  } else {
    set_.update_gradient(at, step);
  }
  for (std::size_t s = 0; s < n; ++s) {
    double& w = set_.w[at[s]];
    w = step[s] == -w ? 0.0 : w + step[s];
  }
  return full_length;
}

std::size_t GramSolver::solve(const ElasticNet& penalty, const GramStop& stop, std::size_t max_iter, Poller& poll) {
  // Without a penalty the gap is no bound: a Newton step decides.
  if (!penalty.none() && stop.reached(certificate_of(penalty))) return 0;
  // Multiplications of coordinate descent since the last Newton step, which is due when they reach this fraction of its
  // cost. Between 0.1 and 1 the time of a path changes by less than a tenth (200 x 20000, 1000 x 10000).
  constexpr double kNewtonCostRatio = 0.3;
  constexpr int kNewtonSteps = 100;    // upper limit; each but the last drops a coefficient
  constexpr std::size_t kExact = 256;  // columns; their factorization takes less than a millisecond
  const bool exact = correlation_ && is_quadratic(penalty) && set_.size() <= kExact;
  constexpr int kCrawling = 2;  // Newton phases without convergence: columns may be collinear
  int phases = 0;
  double spent = 0;
  for (std::size_t pass = 1; pass <= max_iter; ++pass) {
    poll();
    spent += descend(penalty);
    if (!exact && stop.reached(certificate_of(penalty))) return pass;
    if (!exact && spent < kNewtonCostRatio * newton_cost()) continue;
    spent = 0;
    const bool slide = phases++ >= kCrawling;
    for (int step = 0; step < kNewtonSteps && !newton(penalty, slide, poll); ++step) poll();
    if (stop.reached(certificate_of(penalty))) return pass;
  }
  return max_iter;
}

}  // namespace proxnet
