// Duality gap of ridge regression: with g = X'r - strength w it is |g|^2 / strength, at the residual r projected onto
// the complement of the unpenalized columns.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "linear/design/row_products.h"
#include "linear/ridge/ridge_products.h"
#include "linear/ridge/ridge_system.h"

namespace proxnet {

RidgeCertificate ridge_certificate(const Design& x, const RidgeData& data, const double* strengths,
                                   const double* coef) {
  Poller poll(data.poll, "[ridge]");
  const RidgeSystem d(x, data, poll);
  const auto& k = kernels<double>();
  const std::size_t p = d.cols;
  std::vector<double> w(d.targets * p), gradient(d.targets * p), rest = d.all;
  for (std::size_t e = 0; e < w.size(); ++e) w[e] = coef[e] * d.column_scale(e % p);
  // (targets, unpenalized.size()): what the unpenalized columns leave unexplained in their own span.
  std::vector<std::vector<double>> missed = d.target_projections;
  for (std::size_t t = 0; t < missed.size(); ++t) {
    for (std::size_t a = 0; a < missed[t].size(); ++a) missed[t][a] -= k.dot(p, &d.along[a * p], &w[t * p]);
    for (const std::size_t j : d.unpenalized.columns()) w[t * p + j] = 0;
  }
  Columns everything(p);
  std::iota(everything.begin(), everything.end(), std::size_t{0});
  if (d.x.dense())
    multiply_rows(
        d.rows, p, d.targets, w.data(), poll,
        [&](std::size_t first, std::size_t last, double* block, std::size_t stride) {
          d.read_block(first, last, 0, p, block, stride);
        },
        [&](std::size_t first, std::size_t last, const double* fitted, std::size_t wide) {
          for (std::size_t t = 0; t < d.targets; ++t)
            for (std::size_t i = first; i < last; ++i) rest[t * d.rows + i] -= fitted[(i - first) * wide + t];
        });
  else
    for (std::size_t t = 0; t < d.targets; ++t) d.subtract(everything, &w[t * p], &rest[t * d.rows], poll);
  transposed_products(d, rest.data(), d.targets, gradient.data(), poll);
  RidgeCertificate c;
  for (std::size_t t = 0; t < d.targets; ++t) {
    double *g = &gradient[t * p], violation = 0, unpenalized_gap = 0;
    for (std::size_t j = 0; j < p; ++j) g[j] -= strengths[t] * w[t * p + j];
    std::vector<double> full_gradient(g, g + p);
    for (std::size_t a = 0; a < d.unpenalized.size(); ++a) {
      const double* with = &d.along[a * p];
      k.add_columns(p, 1, &with, &missed[t][a], full_gradient.data());
      unpenalized_gap += missed[t][a] * missed[t][a];
    }
    for (std::size_t j = 0; j < p; ++j)
      violation = std::max(violation, std::fabs(full_gradient[j]) * d.column_scale(j));
    const double square = k.dot(p, g, g);
    double gap = strengths[t] > 0 ? square / strengths[t] : 0.0;
    if (!(strengths[t] > 0) && square > 0) {
      std::vector<double> along(d.rows);
      d.subtract(everything, g, along.data(), poll);
      gap = square * (square / std::max(k.dot(d.rows, along.data(), along.data()), 1e-300));
    }
    c.gap.push_back(gap + unpenalized_gap), c.kkt.push_back(violation);
  }
  return c;
}

}  // namespace proxnet
