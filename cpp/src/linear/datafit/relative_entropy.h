// Relative entropies without cancellation.
#pragma once

#include <cmath>

#include "runtime/dispatch.h"

namespace proxnet {

// (1 + e) log(1 + e) - e >= 0, for e >= -1; log = log(1 + e).
inline double relative_entropy(double e, double log) {
  if (std::fabs(e) < 1e-3) return 0.5 * e * e * (1 - e / 3 * (1 - e / 2 * (1 - e * 3 / 5 * (1 - e * 2 / 3))));
  return (e > -1 ? (1 + e) * log : 0.0) - e;
}
inline double relative_entropy(double e) { return relative_entropy(e, std::log1p(e)); }

// out = q log(q / p) - q + p for q = p + more >= 0, n <= 512 entries; log_p replaces log(p) where p underflows.
inline void relative_entropies(std::size_t n, const double* p, const double* more, const double* log_p, double* out) {
  constexpr double kUnderflow = 1e-290;
  double e[512], log[512];
  for (std::size_t i = 0; i < n; ++i) e[i] = more[i] == 0 ? 0.0 : more[i] / p[i];
  kernels<double>().log1p(n, e, log);
  for (std::size_t i = 0; i < n; ++i) {
    const bool underflow = p[i] < kUnderflow && more[i] > 0;
    out[i] = underflow ? (p[i] + more[i]) * (std::log(p[i] + more[i]) - log_p[i]) - more[i]
                       : p[i] * relative_entropy(e[i], log[i]);
  }
}

}  // namespace proxnet
