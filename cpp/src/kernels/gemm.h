// Register tiles of a product: one fma chain per element over increasing p, whatever the tile it falls in.
#pragma once

#include "kernel_table.h"
#include "vec.h"

namespace {

// 2 vectors wide: 24 accumulators of 32 registers, or 12 of 16. Measured at 95 % of the FMA peak, also on unpacked
// rows.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kTileRows = 12;
#else
constexpr int kTileRows = 6;
#endif

// How the chain walks through the left operand: its rows side by side (a transposed operand), its steps side by side,
// or from a list of places.
enum class Walk { kUnitRow, kUnitStep, kListed };

template <class T, int kRows, int kVecs, Walk kWalk>
__attribute__((noinline)) void gemm_tile(const proxnet::GemmPanel<T>& g, const T* a, const T* b, T* c, const T* bias,
                                         const T* gate) {
  constexpr int kWidth = kLanes<T>;
  const std::ptrdiff_t a_row = kWalk == Walk::kUnitRow ? 1 : g.a_row, a_step = kWalk == Walk::kUnitRow ? g.a_step : 1;
  const std::ptrdiff_t b_step = g.b_step, c_row = g.c_row;
  Vec<T> sum[kRows][kVecs];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) sum[r][v] = g.resume ? load(c + r * c_row + v * kWidth) : Vec<T>{};
  const auto multiply_add = [&](const T* x, const T* y) __attribute__((always_inline)) {
    Vec<T> row[kVecs];
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) row[v] = load(y + v * kWidth);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      const Vec<T> scalar = splat(x[r * a_row]);
#pragma GCC unroll 4
      for (int v = 0; v < kVecs; ++v) sum[r][v] = fma(scalar, row[v], sum[r][v]);
    }
  };
  if constexpr (kWalk == Walk::kListed) {
    for (const proxnet::GemmStep *step = g.steps, *end = step + g.depth; step < end; ++step)
      multiply_add(a + step->a, b + step->b);
  } else {
    const std::size_t chunk = g.chunk ? g.chunk : g.depth;
    for (std::size_t left = g.depth; left > 0;) {
      const std::size_t steps = left < chunk ? left : chunk;
      const T* x = a;
      for (std::size_t p = steps; p > 0; --p) {
        multiply_add(x, b);
        x += a_step;
        b += b_step;
      }
      a += g.a_jump;
      left -= steps;
    }
  }
  if (bias) {
    const Vec<T> floor = splat(g.floor);
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) {
      const Vec<T> shift = load(bias + v * kWidth);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) sum[r][v] = max(sum[r][v] + shift, floor);
    }
  }
  if (gate) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < kVecs; ++v) {
        const Vec<T> open = load(gate + r * g.gate_row + v * kWidth);
        sum[r][v] = open > Vec<T>{} ? sum[r][v] : Vec<T>{};
      }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) store(c + r * c_row + v * kWidth, sum[r][v]);
}

template <class T, int kRows, int kVecs>
void gemm_rows(int rows, const proxnet::GemmPanel<T>& g, const T* a, const T* b, T* c, const T* bias, const T* gate) {
  if constexpr (kRows > 0) {
    if (rows < kRows) return gemm_rows<T, kRows - 1, kVecs>(rows, g, a, b, c, bias, gate);
    if (g.steps)
      gemm_tile<T, kRows, kVecs, Walk::kListed>(g, a, b, c, bias, gate);
    else if (g.a_row == 1 && g.a_step != 1)
      gemm_tile<T, kRows, kVecs, Walk::kUnitRow>(g, a, b, c, bias, gate);
    else
      gemm_tile<T, kRows, kVecs, Walk::kUnitStep>(g, a, b, c, bias, gate);
  }
}

template <class T> void gemm_panel(const proxnet::GemmPanel<T>& g) {
  constexpr std::size_t kWidth = kLanes<T>;
  const std::size_t tiles = (g.rows + kTileRows - 1) / kTileRows;
  const std::size_t vectors = (g.cols + kWidth - 1) / kWidth;
  for (std::size_t v = 0; v < vectors; v += 2) {
    const std::size_t j = v * kWidth;
    // Rows split evenly over the tiles: a thin last tile would wait on the latency of its few chains.
    for (std::size_t t = 0, row = 0; t < tiles; ++t) {
      const std::size_t next = g.rows * (t + 1) / tiles;
      const std::ptrdiff_t r = static_cast<std::ptrdiff_t>(row);
      const T* bias = g.bias ? g.bias + j : nullptr;
      const T* gate = g.gate ? g.gate + r * g.gate_row + j : nullptr;
      if (v + 1 < vectors)
        gemm_rows<T, kTileRows, 2>(static_cast<int>(next - row), g, g.a + r * g.a_row, g.b + j, g.c + r * g.c_row + j,
                                   bias, gate);
      else
        gemm_rows<T, kTileRows, 1>(static_cast<int>(next - row), g, g.a + r * g.a_row, g.b + j, g.c + r * g.c_row + j,
                                   bias, gate);
      row = next;
    }
  }
}

}  // namespace
