// Column statistics of a block of rows, and the affine maps of batch normalization. Columns, and arrays with one number
// per column, are padded to whole vectors.
#pragma once

#include "kernel_table.h"
#include "reduce.h"
#include "vec.h"

namespace {

// The sum over rows of f(row, column vector): row k in accumulator k mod kFoldLanes.
template <class T, class F> PROXNET_INLINE Vec<T> sum_rows(std::size_t rows, F f) {
  constexpr int kCount = kFoldLanes<T>;
  Vec<T> lane[kCount] = {};
  std::size_t i = 0;
  for (; i + kCount <= rows; i += kCount)
#pragma GCC unroll 16
    for (int k = 0; k < kCount; ++k) lane[k] = f(i + static_cast<std::size_t>(k), lane[k]);
  for (int k = 0; i < rows; ++i, ++k) lane[k] = f(i, lane[k]);
  return fold_tree<kCount>(lane);
}

template <class T> PROXNET_INLINE const T* row_at(const T* x, std::ptrdiff_t x_row, std::size_t row) {
  return x + static_cast<std::ptrdiff_t>(row) * x_row;
}

// mean[j], and squares[j] = sum over rows of (x[r][j] - mean[j])^2
template <class T>
void column_moments(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t x_row, T* mean, T* squares) {
  const T count = static_cast<T>(rows);
  for (std::size_t j = 0; j < cols; j += kLanes<T>) {
    const Vec<T> m =
        sum_rows<T>(rows, [&](std::size_t r, Vec<T> total) { return total + load(row_at(x, x_row, r) + j); }) /
        splat(count);
    const Vec<T> s = sum_rows<T>(rows, [&](std::size_t r, Vec<T> total) {
      const Vec<T> apart = load(row_at(x, x_row, r) + j) - m;
      return fma(apart, apart, total);
    });
    store(mean + j, m);
    store(squares + j, s);
  }
}

// sums[j] = sum of d[r][j]; products[j] = sum of d[r][j] (x[r][j] - mean[j])
template <class T>
void column_products(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t x_row, const T* mean, const T* d,
                     std::ptrdiff_t d_row, T* sums, T* products) {
  for (std::size_t j = 0; j < cols; j += kLanes<T>) {
    const Vec<T> m = load(mean + j);
    store(sums + j,
          sum_rows<T>(rows, [&](std::size_t r, Vec<T> total) { return total + load(row_at(d, d_row, r) + j); }));
    store(products + j, sum_rows<T>(rows, [&](std::size_t r, Vec<T> total) {
            return fma(load(row_at(d, d_row, r) + j), load(row_at(x, x_row, r) + j) - m, total);
          }));
  }
}

// y = (x - mean) scale + shift; y may be x
template <class T>
void normalize(std::size_t rows, std::size_t cols, const T* mean, const T* scale, const T* shift, const T* x,
               std::ptrdiff_t x_row, T* y, std::ptrdiff_t y_row) {
  for (std::size_t r = 0; r < rows; ++r, x += x_row, y += y_row)
    for (std::size_t j = 0; j < cols; j += kLanes<T>)
      store(y + j, fma(load(x + j) - load(mean + j), load(scale + j), load(shift + j)));
}

// dx = d scale + (x - mean) slope + shift
template <class T>
void normalize_backward(std::size_t rows, std::size_t cols, const T* mean, const T* scale, const T* slope,
                        const T* shift, const T* x, std::ptrdiff_t x_row, const T* d, std::ptrdiff_t d_row, T* dx,
                        std::ptrdiff_t dx_row) {
  for (std::size_t r = 0; r < rows; ++r, x += x_row, d += d_row, dx += dx_row)
    for (std::size_t j = 0; j < cols; j += kLanes<T>)
      store(dx + j,
            fma(load(d + j), load(scale + j), fma(load(x + j) - load(mean + j), load(slope + j), load(shift + j))));
}

}  // namespace
