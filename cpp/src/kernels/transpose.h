// Transposition of square blocks of vectors, in log2(lanes) rounds of pairwise interleaving.
#pragma once

#include "vec.h"

namespace {

#if defined(__clang__) || __GNUC__ >= 12
// Lanes of a and b: indices 0 .. lanes - 1 are a's, then b's.
#define PROXNET_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#endif

// {a_0 b_0 a_1 b_1 ...} from the lower and from the upper halves.
template <class V> PROXNET_INLINE void interleave(V a, V b, V& low, V& high) {
  if constexpr (sizeof(V) / sizeof(a[0]) == 16) {
    low = PROXNET_SHUFFLE(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    high = PROXNET_SHUFFLE(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  } else if constexpr (sizeof(V) / sizeof(a[0]) == 8) {
    low = PROXNET_SHUFFLE(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    high = PROXNET_SHUFFLE(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  } else if constexpr (sizeof(V) / sizeof(a[0]) == 4) {
    low = PROXNET_SHUFFLE(a, b, 0, 4, 1, 5);
    high = PROXNET_SHUFFLE(a, b, 2, 6, 3, 7);
  } else {
    low = PROXNET_SHUFFLE(a, b, 0, 2);
    high = PROXNET_SHUFFLE(a, b, 1, 3);
  }
}

// A square of kLanes. Each round interleaves row i with row i + lanes / 2; after log2(lanes) rounds row i holds column
// i.
template <class T> PROXNET_INLINE void transpose_registers(Vec<T>* rows) {
  constexpr int kN = kLanes<T>;
#pragma GCC unroll 4
  for (int round = 1; round < kN; round *= 2) {
    Vec<T> next[kN];
#pragma GCC unroll 8
    for (int i = 0; i < kN / 2; ++i) interleave(rows[i], rows[i + kN / 2], next[2 * i], next[2 * i + 1]);
#pragma GCC unroll 16
    for (int i = 0; i < kN; ++i) rows[i] = next[i];
  }
}

// dst[c][r] = src[r][c] for such a square.
template <class T> PROXNET_INLINE void transpose_square(const T* src, std::ptrdiff_t src_row, T* dst,
                                                        std::ptrdiff_t dst_row) {
  constexpr int kN = kLanes<T>;
  Vec<T> rows[kN];
#pragma GCC unroll 16
  for (int i = 0; i < kN; ++i) rows[i] = load(src + i * src_row);
  transpose_registers<T>(rows);
#pragma GCC unroll 16
  for (int i = 0; i < kN; ++i) store(dst + i * dst_row, rows[i]);
}

template <class T>
void transpose(std::size_t rows, std::size_t cols, const T* src, std::ptrdiff_t src_row, T* dst,
               std::ptrdiff_t dst_row) {
  constexpr std::size_t kN = kLanes<T>;
  const auto at = [](std::size_t i, std::ptrdiff_t step, std::size_t j) {
    return static_cast<std::ptrdiff_t>(i) * step + static_cast<std::ptrdiff_t>(j);
  };
  const std::size_t whole_rows = rows / kN * kN, whole_cols = cols / kN * kN;
  for (std::size_t i = 0; i < whole_rows; i += kN)
    for (std::size_t j = 0; j < whole_cols; j += kN)
      transpose_square(src + at(i, src_row, j), src_row, dst + at(j, dst_row, i), dst_row);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = i < whole_rows ? whole_cols : 0; j < cols; ++j)
      dst[at(j, dst_row, i)] = src[at(i, src_row, j)];
}

}  // namespace
