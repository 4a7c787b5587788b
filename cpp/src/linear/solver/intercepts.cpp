#include "linear/solver/intercepts.h"

#include <algorithm>
#include <cmath>

#include "linear/linalg/small_inverse.h"
#include "runtime/dispatch.h"

namespace proxnet {

double fit_unpenalized(const GlmData& data, Datafit& fit, std::vector<double>& z, std::vector<double>& unpenalized_coef,
                       Poller& poll) {
  double value = fit.derive(z.data());
  const std::size_t each = data.directions(), n = data.rows;
  if (each == 0) return value;
  // The last of several classes stays fixed: softmax is invariant to a common shift.
  const std::size_t outputs = std::max<std::size_t>(fit.outputs - 1, 1), unpenalized = outputs * each;
  const auto gradients = [&] {
    std::vector<double> r(unpenalized);
    for (std::size_t k = 0; k < outputs; ++k) data.along(fit.gradient.data() + k * n, r.data() + k * each);
    return r;
  };
  const auto largest = [](const std::vector<double>& v) {
    double top = 0;
    for (const double x : v) top = std::max(top, std::fabs(x));
    return top;
  };
  const auto move = [&](const std::vector<double>& by, double sign) {
    for (std::size_t f = 0; f < unpenalized; ++f) {
      unpenalized_coef[f] += sign * by[f];
      data.move(f % each, sign * by[f], z.data() + f / each * n);
    }
  };
  std::vector<double> r = gradients(), second(n), scratch, own(unpenalized * unpenalized);
  constexpr double kSmall = 1e-14;  // of a sum over rows whose weights sum to 1
  for (int turn = 0; turn < 60 && largest(r) > kSmall; ++turn) {
    for (std::size_t k = 0; k < outputs; ++k)
      for (std::size_t m = 0; m < outputs; ++m) {
        fit.curvature(fit.hessian_state, k, m, second.data());
        for (std::size_t d = 0; d < each; ++d, poll())
          data.along(data.times(d, second.data(), scratch), own.data() + (k * each + d) * unpenalized + m * each);
      }
    std::vector<double> inverted = inverse(own, unpenalized, poll);
    if (!fit.coupling.empty()) {
      std::vector<double> with_own(unpenalized);
      data.along(fit.coupling.data(), with_own.data());
      double taken = 0;  // fraction of the curvature along `with_own` that the coupling removes
      for (std::size_t f = 0; f < unpenalized; ++f)
        for (std::size_t g = 0; g < unpenalized; ++g)
          taken += with_own[f] * inverted[f * unpenalized + g] * with_own[g];
      const double kept = taken > 0.99 ? 0.99 / taken : 1;
      for (std::size_t f = 0; f < unpenalized; ++f)
        for (std::size_t g = 0; g < unpenalized; ++g) own[f * unpenalized + g] -= kept * (with_own[f] * with_own[g]);
      inverted = inverse(own, unpenalized, poll);
    }
    std::vector<double> by(unpenalized);
    for (std::size_t k = 0; k < unpenalized; ++k)
      for (std::size_t m = 0; m < unpenalized; ++m) by[k] -= inverted[k * unpenalized + m] * r[m];
    const double before = largest(r), loss = value;
    int halvings = 0;
    for (;; ++halvings, poll()) {
      move(by, 1);
      value = fit.derive(z.data());
      r = gradients();
      // Near convergence the loss has no digits left to show a decrease, but its gradient has.
      const bool gradient_falls = value <= loss + kNoise * std::max(1.0, std::fabs(loss)) && largest(r) <= 0.9 * before;
      if (gradient_falls || value < loss - kNoise * std::fabs(loss) || halvings == 30) break;
      move(by, -1);
      for (auto& b : by) b *= 0.5;
    }
    if (halvings == 30) break;
  }
  return value;
}

}  // namespace proxnet
