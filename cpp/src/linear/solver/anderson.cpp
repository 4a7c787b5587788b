#include "linear/solver/anderson.h"

#include <cmath>

#include "runtime/dispatch.h"

namespace proxnet {

std::vector<double> anderson_weights(const std::vector<std::vector<double>>& iterates) {
  const auto& table = kernels<double>();
  const std::size_t k = iterates.size() - 1, n = iterates[0].size();
  std::vector<std::vector<double>> difference(k, std::vector<double>(n));
  for (std::size_t a = 0; a < k; ++a)
    for (std::size_t i = 0; i < n; ++i) difference[a][i] = iterates[a + 1][i] - iterates[a][i];
  std::vector<std::vector<double>> m(k, std::vector<double>(k + 1, 1.0));
  double trace = 0;
  for (std::size_t a = 0; a < k; ++a)
    for (std::size_t b = 0; b < k; ++b) m[a][b] = table.dot(n, difference[a].data(), difference[b].data());
  for (std::size_t a = 0; a < k; ++a) trace += m[a][a];
  for (std::size_t a = 0; a < k; ++a) m[a][a] += 1e-12 * trace;
  // Gaussian elimination without pivoting: the matrix is positive definite.
  for (std::size_t a = 0; a < k; ++a) {
    if (!(m[a][a] > 0)) return {};
    for (std::size_t b = 0; b < k; ++b) {
      if (b == a) continue;
      const double f = m[b][a] / m[a][a];
      for (std::size_t c = a; c <= k; ++c) m[b][c] -= f * m[a][c];
    }
  }
  std::vector<double> weight(k);
  double sum = 0;
  for (std::size_t a = 0; a < k; ++a) sum += weight[a] = m[a][k] / m[a][a];
  if (!std::isfinite(sum) || sum == 0) return {};
  for (auto& w : weight) w /= sum;
  return weight;
}

}  // namespace proxnet
