#include "linear/intercepts.h"

#include <algorithm>
#include <cmath>

#include "linear/small_inverse.h"
#include "runtime/dispatch.h"

namespace proxnet {

double settle(const GlmData& data, Datafit& fit, std::vector<double>& z, std::vector<double>& intercept, Poller& poll) {
  double value = fit.derive(z.data());
  if (!data.has_intercept) return value;
  const std::size_t outputs = fit.outputs, free = std::max<std::size_t>(outputs - 1, 1), n = data.rows;
  const auto& table = kernels<double>();
  const auto slopes = [&] {
    std::vector<double> r(free);
    for (std::size_t k = 0; k < free; ++k) r[k] = table.sum(n, fit.gradient.data() + k * n);
    return r;
  };
  const auto largest = [](const std::vector<double>& v) {
    double top = 0;
    for (const double x : v) top = std::max(top, std::fabs(x));
    return top;
  };
  const auto move = [&](const std::vector<double>& by, double sign) {
    for (std::size_t k = 0; k < free; ++k) {
      intercept[k] += sign * by[k];
      for (std::size_t i = k * n; i < (k + 1) * n; ++i) z[i] += sign * by[k];
    }
  };
  std::vector<double> r = slopes(), second(n), own(free * free);
  constexpr double kSmall = 1e-14;  // of a sum over rows whose weights sum to 1
  for (int turn = 0; turn < 60 && largest(r) > kSmall; ++turn) {
    for (std::size_t k = 0; k < free; ++k, poll())
      for (std::size_t m = 0; m < free; ++m) {
        fit.curvature(fit.bend, k, m, second.data());
        own[k * free + m] = table.sum(n, second.data());
      }
    if (!fit.coupling.empty()) {
      const double with_own = table.sum(n, fit.coupling.data());
      own[0] -= std::min(with_own * with_own, 0.99 * own[0]);
    }
    const std::vector<double> inverted = inverse(own, free);
    std::vector<double> by(free);
    for (std::size_t k = 0; k < free; ++k)
      for (std::size_t m = 0; m < free; ++m) by[k] -= inverted[k * free + m] * r[m];
    const double before = largest(r), loss = value;
    int halvings = 0;
    for (;; ++halvings) {
      move(by, 1);
      value = fit.derive(z.data());
      r = slopes();
      // Near the end the loss has no digits left to show that it falls, but its slopes have.
      const bool flatter = value <= loss + kNoise * std::max(1.0, std::fabs(loss)) && largest(r) <= 0.9 * before;
      if (flatter || value < loss - kNoise * std::fabs(loss) || halvings == 30) break;
      move(by, -1);
      for (auto& b : by) b *= 0.5;
    }
    if (halvings == 30) break;
  }
  return value;
}

}  // namespace proxnet
