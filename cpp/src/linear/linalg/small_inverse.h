// The inverse of a small matrix that is positive semidefinite up to rounding.
#pragma once

#include <cmath>
#include <vector>

#include "runtime/poller.h"

namespace proxnet {

// a: (n, n). A vanishing pivot gives a zero row and column.
inline std::vector<double> inverse(std::vector<double> a, std::size_t n, Poller& poll) {
  std::vector<double> b(n * n);
  for (std::size_t k = 0; k < n; ++k) b[k * n + k] = 1;
  std::vector<double> original_diagonal(n);
  for (std::size_t k = 0; k < n; ++k) original_diagonal[k] = a[k * n + k];
  for (std::size_t k = 0; k < n; ++k, poll()) {
    const double pivot = a[k * n + k];
    const bool usable = pivot > 1e-13 * original_diagonal[k];
    for (std::size_t c = 0; c < n; ++c) {
      a[k * n + c] = usable ? a[k * n + c] / pivot : 0;
      b[k * n + c] = usable ? b[k * n + c] / pivot : 0;
    }
    for (std::size_t r = 0; r < n; ++r) {
      if (r == k) continue;
      const double f = a[r * n + k];
      for (std::size_t c = 0; c < n; ++c) a[r * n + c] -= f * a[k * n + c], b[r * n + c] -= f * b[k * n + c];
    }
  }
  return b;
}

}  // namespace proxnet
