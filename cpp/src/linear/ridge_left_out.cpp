#include "linear/ridge_left_out.h"

#include <algorithm>

#include "linear/symmetric_product.h"

namespace proxnet {

namespace {

constexpr std::size_t kBlock = 64;  // rows

// c (rows, width) = a (rows, depth) b (depth, width)
void product(std::size_t rows, std::size_t depth, const double* a, std::size_t a_row, const double* b,
             std::size_t width, double* c, const Member& member, Poller& poll) {
  GemmPanel<double> g = {};
  g.rows = rows, g.depth = depth, g.a = a, g.a_row = static_cast<std::ptrdiff_t>(a_row), g.a_step = 1;
  g.b_step = g.c_row = static_cast<std::ptrdiff_t>(width), g.cols = kProductPanel;
  for (std::size_t q = 0; q < width; q += kProductPanel) {
    if (member.rank == 0) poll();
    member.checkpoint();
    g.b = b + q, g.c = c + q;
    kernels<double>().gemm_panel(g);
  }
}

}  // namespace

std::vector<double> errors_left_out(const RidgeSystem& d, const RidgeMatrix& system, const Spectrum& spectrum,
                                    const double* strengths, std::size_t count, Poller& poll) {
  const TridiagonalEigen& eigen = spectrum.eigen;
  const std::size_t n = system.size, stride = eigen.stride, wide = round_up(count, kProductPanel);
  // Both sides of the system are times its unit: the inverse alone would be too small by it.
  Buffer<double> shrink(n * wide), coef(d.targets * n * wide);
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t s = 0; s < count; ++s) {
      const double inverse = 1 / (std::max(eigen.values[k], 0.0) + system.unit * strengths[s]);
      shrink[k * wide + s] = system.unit * inverse;
      for (std::size_t t = 0; t < d.targets; ++t) coef[(t * n + k) * wide + s] = inverse * spectrum.along[t][k];
    }
  std::vector<double> constant(count);  // the diagonal's part along the constant, over a row's own share of it
  for (std::size_t s = 0; s < count; ++s)
    constant[s] = system.dual ? -system.unit / (system.shift + system.unit * strengths[s]) : 1.0;
  std::vector<double> out(d.rows * d.targets * count);
  const std::size_t blocks = (d.rows + kBlock - 1) / kBlock;
  run_team(d.rows * n < 16384 ? 1 : team_threads(), [&](Member& member) {
    Buffer<double> block(kBlock * stride), turned(kBlock * stride), diagonal(kBlock * wide), fitted(kBlock * wide);
    for (std::size_t at = member.begin(blocks); at < member.end(blocks); ++at) {
      const std::size_t first = at * kBlock, last = std::min(d.rows, first + kBlock), rows = last - first;
      const double* line = eigen.vectors.data() + first * stride;  // what the rows are in the eigenvectors
      if (!system.dual) {
        d.read_block(first, last, 0, n, block.data(), stride);
        product(rows, n, block.data(), stride, eigen.vectors.data(), stride, turned.data(), member, poll);
        line = turned.data();
      }
      for (std::size_t e = 0; e < rows * stride; ++e) block[e] = line[e] * line[e];
      product(rows, n, block.data(), stride, shrink.data(), wide, diagonal.data(), member, poll);
      for (std::size_t t = 0; t < d.targets; ++t) {
        product(rows, n, line, stride, coef.data() + t * n * wide, wide, fitted.data(), member, poll);
        for (std::size_t i = 0; i < rows; ++i) {
          const double own = d.own(first + i), target = d.of(t)[first + i];
          double* to = out.data() + ((first + i) * d.targets + t) * count;
          for (std::size_t s = 0; s < count; ++s) {
            const double whole = diagonal[i * wide + s] + own * constant[s], fit = fitted[i * wide + s];
            to[s] = system.dual ? fit / whole : (target - fit) / (1 - whole);
          }
        }
      }
    }
  });
  return out;
}

}  // namespace proxnet
