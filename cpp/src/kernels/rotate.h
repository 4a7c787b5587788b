// Plane rotations of adjacent rows, one after another.
#pragma once

#include "gemm_panel.h"
#include "vec.h"

namespace {

// count + 1 rows of 2 kPanel numbers. For k = count - 1, ..., 0, with c = rotations[2 k], s = rotations[2 k + 1]:
// rows k and k + 1 become c row[k] - s row[k + 1] and s row[k] + c row[k + 1].
template <class T> void rotate_rows(std::size_t count, const T* rotations, T* rows) {
  constexpr std::size_t kWide = 2 * proxnet::kPanel<T>;
  constexpr int kVecs = 4;  // of them the row on its way down stays in registers
  constexpr std::size_t kStep = kVecs * static_cast<std::size_t>(kLanes<T>);
  for (std::size_t at = 0; at < kWide; at += kStep) {
    T* row = rows + count * kWide + at;
    Vec<T> lower[kVecs];
#pragma GCC unroll 4
    for (int u = 0; u < kVecs; ++u) lower[u] = load(row + u * kLanes<T>);
    for (std::size_t k = count; k-- > 0; row -= kWide) {
      const Vec<T> c = splat(rotations[2 * k]), s = splat(rotations[2 * k + 1]);
#pragma GCC unroll 4
      for (int u = 0; u < kVecs; ++u) {
        const Vec<T> upper = load(row - kWide + u * kLanes<T>);
        store(row + u * kLanes<T>, fma(s, upper, c * lower[u]));
        lower[u] = fma(c, upper, -(s * lower[u]));
      }
    }
#pragma GCC unroll 4
    for (int u = 0; u < kVecs; ++u) store(row + u * kLanes<T>, lower[u]);
  }
}

}  // namespace
