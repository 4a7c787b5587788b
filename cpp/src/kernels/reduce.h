// Reductions with the same bits on every instruction set: element k in lane k mod kFoldLanes, one fixed tree adds the
// lanes.
#pragma once

#include "kernel_table.h"
#include "vec.h"

namespace {

template <int kCount, class S> PROXNET_INLINE S fold_tree(S* lane) {
  for (int half = kCount / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) lane[i] += lane[i + half];
  return lane[0];
}

template <class T> double sum(std::size_t n, const T* x) {
  constexpr int kCount = kFoldLanes<T>;
  double lane[kCount] = {};
  std::size_t i = 0;
  for (; i + kCount <= n; i += kCount)
    for (int k = 0; k < kCount; ++k) lane[k] += static_cast<double>(x[i + static_cast<std::size_t>(k)]);
  for (int k = 0; i < n; ++i, ++k) lane[k] += static_cast<double>(x[i]);
  return fold_tree<kCount>(lane);
}

template <class T> double dot(std::size_t n, const T* x, const T* y) {
  constexpr int kCount = kFoldLanes<T>;
  double lane[kCount] = {};
  std::size_t i = 0;
  for (; i + kCount <= n; i += kCount)
    for (int k = 0; k < kCount; ++k) {
      const std::size_t j = i + static_cast<std::size_t>(k);
      lane[k] = fma(static_cast<double>(x[j]), static_cast<double>(y[j]), lane[k]);
    }
  for (int k = 0; i < n; ++i, ++k) lane[k] = fma(static_cast<double>(x[i]), static_cast<double>(y[i]), lane[k]);
  return fold_tree<kCount>(lane);
}

// Row k goes to accumulator k mod kFoldLanes of its column.
template <class T>
void column_sums(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t x_row, T* out) {
  constexpr int kCount = kFoldLanes<T>;
  for (std::size_t j = 0; j < cols; j += kLanes<T>) {
    Vec<T> lane[kCount] = {};
    const T* p = x + j;
    std::size_t i = 0;
    for (; i + kCount <= rows; i += kCount)
#pragma GCC unroll 16
      for (int k = 0; k < kCount; ++k, p += x_row) lane[k] = lane[k] + load(p);
    for (int k = 0; i < rows; ++i, ++k, p += x_row) lane[k] = lane[k] + load(p);
    store(out + j, fold_tree<kCount>(lane));
  }
}

template <class T> std::size_t count_zeros(std::size_t n, const T* x) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) count += x[i] == 0;
  return count;
}

// x - x is 0 if x is finite, else NaN.
template <class T> bool all_finite(std::size_t n, const T* x) {
  Vec<T> bad = {};
  std::size_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>) {
    const Vec<T> v = load(x + i);
    bad += v - v;
  }
  const Vec<T> v = load_first(x + i, n - i);
  bad += v - v;
  T total = 0;
  for (int k = 0; k < kLanes<T>; ++k) total += bad[k];
  return total == 0;
}

}  // namespace
