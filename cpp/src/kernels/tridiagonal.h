// Tridiagonal systems, one per lane.
#pragma once

#include "gemm_panel.h"
#include "vec.h"

namespace {

template <int kRows, int kVecs>
PROXNET_INLINE void forms_tile(std::size_t n, const double* x, std::ptrdiff_t x_row, const double* lower,
                               const double* inverse, std::ptrdiff_t step, double* out, std::ptrdiff_t out_row) {
  VecF64 z[kRows][kVecs] = {}, sum[kRows][kVecs] = {};
  for (std::size_t k = 0; k < n; ++k, ++x, lower += step, inverse += step) {
    VecF64 down[kVecs], weight[kVecs];
#pragma GCC unroll 4
    for (int u = 0; u < kVecs; ++u)
      down[u] = -load(lower + u * kLanes<double>), weight[u] = load(inverse + u * kLanes<double>);
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      const VecF64 own = splat(x[r * x_row]);
#pragma GCC unroll 4
      for (int u = 0; u < kVecs; ++u) {
        z[r][u] = fma(down[u], z[r][u], own);
        sum[r][u] = fma(z[r][u], z[r][u] * weight[u], sum[r][u]);
      }
    }
  }
  for (int r = 0; r < kRows; ++r)
    for (int u = 0; u < kVecs; ++u) store(out + r * out_row + u * kLanes<double>, sum[r][u]);
}

// x' (L D L')^-1 x for kPanel<double> systems s: out[r * out_row + s] = sum over k < n of inverse[k * step + s] z_k^2,
// z_k = x[r * x_row + k] - lower[k * step + s] z_{k - 1}.
template <class T>
void inverse_forms(std::size_t rows, std::size_t n, const double* x, std::ptrdiff_t x_row, const double* lower,
                   const double* inverse, std::ptrdiff_t step, double* out, std::ptrdiff_t out_row) {
  constexpr std::size_t kWide = proxnet::kPanel<double>;
  constexpr int kVecs = 2, kRows = kVectorBytes == 64 ? 4 : 2;
  constexpr auto kStep = static_cast<std::size_t>(kVecs * kLanes<double>);
  for (std::size_t s = 0; s < kWide; s += kStep) {
    std::size_t r = 0;
    const double* row = x;
    double* to = out + s;
    for (; r + kRows <= rows; r += kRows, row += kRows * x_row, to += kRows * out_row)
      forms_tile<kRows, kVecs>(n, row, x_row, lower + s, inverse + s, step, to, out_row);
    for (; r < rows; ++r, row += x_row, to += out_row)
      forms_tile<1, kVecs>(n, row, x_row, lower + s, inverse + s, step, to, out_row);
  }
}

}  // namespace
