#include "linear/ridge/ridge_loo.h"

#include <algorithm>

#include "linear/linalg/symmetric_product.h"
#include "linear/linalg/tridiagonal_solve.h"

namespace proxnet {

namespace {

constexpr std::size_t kBlock = 64, kWide = kProductPanel;  // rows; strengths or columns per panel

// c (rows, width) = a (rows, depth) b (depth, width)
void product(std::size_t rows, std::size_t depth, const double* a, std::size_t a_row, const double* b,
             std::size_t width, double* c, const Member& member, Poller& poll) {
  GemmPanel<double> g = {};
  g.rows = rows, g.depth = depth, g.a = a, g.a_row = static_cast<std::ptrdiff_t>(a_row), g.a_step = 1;
  g.b_step = g.c_row = static_cast<std::ptrdiff_t>(width), g.cols = kWide;
  for (std::size_t q = 0; q < width; q += kWide) {
    if (member.rank == 0) poll();
    member.checkpoint();
    g.b = b + q, g.c = c + q;
    kernels<double>().gemm_panel(g);
  }
}

// L D L' factors of T + strength for all strengths, interleaved in panels of kWide strengths: (panels, size, kWide).
struct Factors {
  Factors(const RidgeMatrix& system, const Tridiagonal& reduced, const std::vector<double>& strengths, Poller& poll)
      : lower(round_up(strengths.size(), kWide) * system.size), inverse(lower.size()) {
    for (std::size_t s = 0; s < strengths.size(); ++s, poll()) {
      // Strengths below the floor are indistinguishable from rounding.
      const double strength = std::max(strengths[s], system.floor);
      const TridiagonalFactor factor(reduced.diagonal, reduced.off, strength);
      const std::size_t first = s / kWide * system.size * kWide + s % kWide;
      for (std::size_t k = 0; k < system.size; ++k) {
        if (k > 0) lower[first + k * kWide] = factor.lower(k - 1);
        inverse[first + k * kWide] = factor.inverse(k);
      }
    }
  }
  Buffer<double> lower, inverse;
};

}  // namespace

std::vector<double> loo_residuals(const RidgeSystem& d, const RidgeMatrix& system, const Tridiagonal& reduced,
                                  const std::vector<double>& strengths, const double* solved, Poller& poll) {
  const std::size_t n = system.size, stride = round_up(n, kWide), count = strengths.size();
  const std::size_t wide = round_up(count, kWide), solved_wide = round_up(count * d.targets, kWide);
  Buffer<double> basis(n * stride);  // Q
  for (std::size_t k = 0; k < n; ++k) basis[k * stride + k] = 1;
  reduced.multiply(stride, basis.data(), poll);
  const Factors factors(system, reduced, strengths, poll);
  std::vector<double> outside(
      count);  // multiplies own(i): the diagonal's part in the span of intercept and unpenalized columns
  for (std::size_t s = 0; s < count; ++s)
    outside[s] = system.dual ? -system.matrix_scale / (system.shift + strengths[s]) : 1.0;
  std::vector<double> out(d.rows * d.targets * count);
  const std::size_t blocks = (d.rows + kBlock - 1) / kBlock;
  run_team(d.rows * n < 16384 ? 1 : team_threads(), [&](Member& member) {
    Buffer<double> block(kBlock * stride), turned(kBlock * stride), diagonal(kBlock * wide);
    Buffer<double> fitted(kBlock * solved_wide);
    for (std::size_t at = member.begin(blocks); at < member.end(blocks); ++at) {
      const std::size_t first = at * kBlock, last = std::min(d.rows, first + kBlock), rows = last - first;
      const double* line = basis.data() + first * stride;  // the rows in the basis Q
      if (!system.dual) {
        d.read_block(first, last, 0, n, block.data(), stride);
        product(rows, n, block.data(), stride, basis.data(), stride, turned.data(), member, poll);
        line = turned.data();
      }
      for (std::size_t q = 0; q < wide; q += kWide) {
        if (member.rank == 0) poll();
        member.checkpoint();
        kernels<double>().inverse_forms(rows, n, line, static_cast<std::ptrdiff_t>(stride),
                                        factors.lower.data() + q * n, factors.inverse.data() + q * n, kWide,
                                        diagonal.data() + q, static_cast<std::ptrdiff_t>(wide));
      }
      product(rows, n, line, stride, solved, solved_wide, fitted.data(), member, poll);
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t t = 0; t < d.targets; ++t) {
          const double own = d.own(first + i), target = d.of(t)[first + i];
          double* to = out.data() + ((first + i) * d.targets + t) * count;
          for (std::size_t s = 0; s < count; ++s) {
            // Both sides of the system carry matrix_scale, its inverse carries 1 / matrix_scale.
            const double diagonal_entry = system.matrix_scale * diagonal[i * wide + s] + own * outside[s];
            const double fit = fitted[i * solved_wide + s * d.targets + t];
            to[s] = system.dual ? fit / diagonal_entry : (target - fit) / (1 - diagonal_entry);
          }
        }
    }
  });
  return out;
}

void loo_residuals(const RidgeSystem& d, const RidgeMatrix& system, const Buffer<double>& inverse, const double* coef,
                   double* out, std::size_t step, Poller& poll) {
  const std::size_t n = system.size, stride = round_up(n, kWide), blocks = (d.rows + kBlock - 1) / kBlock;
  run_team(d.rows * n < 16384 ? 1 : team_threads(), [&](Member& member) {
    Buffer<double> block(kBlock * stride), turned(kBlock * stride);
    for (std::size_t at = member.begin(blocks); at < member.end(blocks); ++at) {
      const std::size_t first = at * kBlock, last = std::min(d.rows, first + kBlock);
      d.read_block(first, last, 0, n, block.data(), stride);
      product(last - first, n, block.data(), stride, inverse.data(), stride, turned.data(), member, poll);
      for (std::size_t i = first; i < last; ++i) {
        const double* row = block.data() + (i - first) * stride;
        const double* with = turned.data() + (i - first) * stride;
        const double diagonal_entry = d.own(i) + system.matrix_scale * kernels<double>().dot(n, row, with);
        for (std::size_t t = 0; t < d.targets; ++t)
          out[(i * d.targets + t) * step] =
              (d.of(t)[i] - kernels<double>().dot(n, row, coef + t * n)) / (1 - diagonal_entry);
      }
    }
  });
}

}  // namespace proxnet
