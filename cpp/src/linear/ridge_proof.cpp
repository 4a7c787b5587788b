// How far ridge regressions are from their minimum: the dual point is their residual r, and g = X'r - strength w.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "linear/ridge_products.h"
#include "linear/ridge_system.h"
#include "linear/symmetric_product.h"

namespace proxnet {

namespace {

// rest (targets, rows): y less the products of all rows with w (targets, cols).
void subtract_products(const RidgeSystem& d, const std::vector<double>& w, std::vector<double>& rest, Poller& poll) {
  constexpr std::size_t kWide = kProductPanel, kNumbers = std::size_t{1} << 17, kDepth = 512;
  const std::size_t p = d.cols, wide = round_up(d.targets, kWide), stride = round_up(p, kWide);
  const std::size_t group = std::clamp<std::size_t>(kNumbers / p, 8, 256), blocks = (d.rows + group - 1) / group;
  Buffer<double> turned(p * wide);
  kernels<double>().transpose(d.targets, p, w.data(), static_cast<std::ptrdiff_t>(p), turned.data(),
                              static_cast<std::ptrdiff_t>(wide));
  run_team(d.rows * p < 16384 ? 1 : team_threads(), [&](Member& member) {
    Buffer<double> block(group * stride), fitted(group * wide);
    for (std::size_t at = member.begin(blocks); at < member.end(blocks); ++at) {
      if (member.rank == 0) poll();
      member.checkpoint();
      const std::size_t first = at * group, last = std::min(d.rows, first + group);
      d.read_block(first, last, 0, p, block.data(), stride);
      GemmPanel<double> g = {};
      g.rows = last - first, g.a_row = static_cast<std::ptrdiff_t>(stride), g.a_step = 1;
      g.b_step = g.c_row = static_cast<std::ptrdiff_t>(wide), g.b_panel = g.c_panel = kWide;
      for (std::size_t q = 0; q < wide; q += 2 * kWide)
        for (std::size_t j = 0; j < p; j += kDepth) {
          g.cols = std::min(wide - q, 2 * kWide), g.depth = std::min(kDepth, p - j), g.resume = j > 0;
          g.a = block.data() + j, g.b = turned.data() + j * wide + q, g.c = fitted.data() + q;
          kernels<double>().gemm_panel(g);
        }
      for (std::size_t i = first; i < last; ++i)
        for (std::size_t t = 0; t < d.targets; ++t) rest[t * d.rows + i] -= fitted[(i - first) * wide + t];
    }
  });
}

}  // namespace

RidgeProof ridge_proof(const Design& x, const RidgeData& data, const double* strengths, const double* coef) {
  Poller poll(data.poll, "[ridge]");
  const RidgeSystem d(x, data, poll);
  const auto& k = kernels<double>();
  const std::size_t p = d.cols;
  std::vector<double> w(d.targets * p), gradient(d.targets * p), rest = d.all;
  for (std::size_t e = 0; e < w.size(); ++e) w[e] = coef[e] * d.unit(e % p);
  Columns everything(p);
  std::iota(everything.begin(), everything.end(), std::size_t{0});
  if (d.x.dense())
    subtract_products(d, w, rest, poll);
  else
    for (std::size_t t = 0; t < d.targets; ++t) d.subtract(everything, &w[t * p], &rest[t * d.rows], poll);
  transposed_products(d, rest.data(), d.targets, gradient.data(), poll);
  RidgeProof proof;
  for (std::size_t t = 0; t < d.targets; ++t) {
    double *g = &gradient[t * p], most = 0;
    for (std::size_t j = 0; j < p; ++j) {
      g[j] -= strengths[t] * w[t * p + j];
      most = std::max(most, std::fabs(g[j]) * d.unit(j));
    }
    const double square = k.dot(p, g, g);
    double gap = strengths[t] > 0 ? square / strengths[t] : 0.0;
    if (!(strengths[t] > 0) && square > 0) {
      std::vector<double> along(d.rows);
      d.subtract(everything, g, along.data(), poll);
      gap = square * (square / std::max(k.dot(d.rows, along.data(), along.data()), 1e-300));
    }
    proof.gap.push_back(gap), proof.kkt.push_back(most);
  }
  return proof;
}

}  // namespace proxnet
