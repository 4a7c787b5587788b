// Products of columns of a design matrix, in double for either dtype. Sums over rows have 32 lanes (8 in pair_dots):
// row i in lane i mod 32, added by one fixed tree; sums over columns are one chain per row.
#pragma once

#include "chunk.h"
#include "vec.h"

namespace {

typedef float HalfF32 __attribute__((vector_size(kVectorBytes / 2)));  // as many floats as doubles fit in a vector

PROXNET_INLINE VecF64 load_f64(const double* p) { return load(p); }
PROXNET_INLINE VecF64 load_f64(const float* p) {
  HalfF32 half;
  __builtin_memcpy(&half, p, sizeof half);
  return __builtin_convertvector(half, VecF64);
}
// The first `count` lanes of a vector, the others zero.
template <class T> PROXNET_INLINE VecF64 load_f64_first(const T* p, std::size_t count) {
  T padded[kLanes<double>] = {};
  for (std::size_t k = 0; k < count; ++k) padded[k] = p[k];
  return load_f64(padded);
}

constexpr std::size_t kWidthF64 = static_cast<std::size_t>(kLanes<double>);

// The sum of the lanes of kVecs vectors, by the tree of fold_tree.
template <int kVecs> PROXNET_INLINE double fold_f64(VecF64* v) {
  for (int half = kVecs / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) v[i] += v[i + half];
  return fold_vector<kLanes<double> / 2>(v[0], [](VecF64 a, VecF64 b) { return a + b; })[0];
}

template <class T, int kColumns>
PROXNET_INLINE void column_dots(std::size_t n, const T* const* columns, const double* v, double* out) {
  constexpr int kVecs = 32 / kLanes<double>;
  VecF64 sum[kColumns][kVecs] = {};
  const T* x[kColumns];
  for (int c = 0; c < kColumns; ++c) x[c] = columns[c];
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32)
#pragma GCC unroll 16
    for (int u = 0; u < kVecs; ++u) {
      const std::size_t at = i + static_cast<std::size_t>(u) * kWidthF64;
      const VecF64 r = load(v + at);
#pragma GCC unroll 4
      for (int c = 0; c < kColumns; ++c) sum[c][u] = fma(load_f64(x[c] + at), r, sum[c][u]);
    }
  for (int u = 0; i < n; ++u, i += kWidthF64) {
    const std::size_t left = n - i < kWidthF64 ? n - i : kWidthF64;
    const VecF64 r = load_f64_first(v + i, left);
    for (int c = 0; c < kColumns; ++c) sum[c][u] = fma(load_f64_first(x[c] + i, left), r, sum[c][u]);
  }
  for (int c = 0; c < kColumns; ++c) out[c] = fold_f64<kVecs>(sum[c]);
}

// out[c] = sum_i columns[c][i] * v[i]
template <class T>
void dots(std::size_t n, std::size_t count, const T* const* columns, const double* v, double* out) {
  constexpr std::size_t kBlock = kVectorBytes == 64 ? 4 : 1;  // columns whose 32 lanes stay in registers
  std::size_t c = 0;
  for (; c + kBlock <= count; c += kBlock) column_dots<T, static_cast<int>(kBlock)>(n, columns + c, v, out + c);
  for (; c < count; ++c) column_dots<T, 1>(n, columns + c, v, out + c);
}

template <class T, int kA, int kB>
PROXNET_INLINE void pair_tile(std::size_t n, const T* const* a, const T* const* b, double* out, std::ptrdiff_t row) {
  constexpr int kVecs = 8 / kLanes<double>;
  VecF64 sum[kA][kB][kVecs] = {};
  const T *x[kA], *y[kB];
  for (int p = 0; p < kA; ++p) x[p] = a[p];
  for (int q = 0; q < kB; ++q) y[q] = b[q];
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8)
#pragma GCC unroll 4
    for (int u = 0; u < kVecs; ++u) {
      const std::size_t at = i + static_cast<std::size_t>(u) * kWidthF64;
      VecF64 right[kB];
#pragma GCC unroll 4
      for (int q = 0; q < kB; ++q) right[q] = load_f64(y[q] + at);
#pragma GCC unroll 4
      for (int p = 0; p < kA; ++p) {
        const VecF64 left = load_f64(x[p] + at);
#pragma GCC unroll 4
        for (int q = 0; q < kB; ++q) sum[p][q][u] = fma(left, right[q], sum[p][q][u]);
      }
    }
  for (int u = 0; i < n; ++u, i += kWidthF64) {
    const std::size_t left = n - i < kWidthF64 ? n - i : kWidthF64;
    for (int p = 0; p < kA; ++p)
      for (int q = 0; q < kB; ++q)
        sum[p][q][u] = fma(load_f64_first(x[p] + i, left), load_f64_first(y[q] + i, left), sum[p][q][u]);
  }
  for (int p = 0; p < kA; ++p)
    for (int q = 0; q < kB; ++q) out[p * row + q] = fold_f64<kVecs>(sum[p][q]);
}

// out[p * row + q] = sum_i a[p][i] * b[q][i]
template <class T>
void pair_dots(std::size_t n, std::size_t a_count, const T* const* a, std::size_t b_count, const T* const* b,
               double* out, std::ptrdiff_t row) {
  constexpr std::size_t kTile = kVectorBytes == 64 ? 4 : 2;
  constexpr int kSide = static_cast<int>(kTile);
  std::size_t p = 0;
  for (; p + kTile <= a_count; p += kTile, out += static_cast<std::ptrdiff_t>(kTile) * row) {
    std::size_t q = 0;
    for (; q + kTile <= b_count; q += kTile) pair_tile<T, kSide, kSide>(n, a + p, b + q, out + q, row);
    for (; q < b_count; ++q) pair_tile<T, kSide, 1>(n, a + p, b + q, out + q, row);
  }
  for (; p < a_count; ++p, out += row) {
    std::size_t q = 0;
    for (; q + kTile <= b_count; q += kTile) pair_tile<T, 1, kSide>(n, a + p, b + q, out + q, row);
    for (; q < b_count; ++q) pair_tile<T, 1, 1>(n, a + p, b + q, out + q, row);
  }
}

template <class T, int kTerms>
PROXNET_INLINE void add_terms(std::size_t n, const T* const* x, const double* a, double* y) {
  const T* term[kTerms];
  VecF64 factor[kTerms];
  for (int t = 0; t < kTerms; ++t) term[t] = x[t], factor[t] = splat(a[t]);
  std::size_t i = 0;
  for (; i + kWidthF64 <= n; i += kWidthF64) {
    VecF64 sum = load(y + i);
#pragma GCC unroll 8
    for (int t = 0; t < kTerms; ++t) sum = fma(load_f64(term[t] + i), factor[t], sum);
    store(y + i, sum);
  }
  for (; i < n; ++i)
    for (int t = 0; t < kTerms; ++t) y[i] = fma(static_cast<double>(term[t][i]), a[t], y[i]);
}

// y[i] += sum_c a[c] * x[c][i], a chain over c
template <class T> void add_columns(std::size_t n, std::size_t count, const T* const* x, const double* a, double* y) {
  std::size_t c = 0;
  for (; c + 8 <= count; c += 8) add_terms<T, 8>(n, x + c, a + c, y);
  for (; c < count; ++c) add_terms<T, 1>(n, x + c, a + c, y);
}

// out[j] += sum over rows r of v[r] * x[r * row + j], a chain over r
template <class T>
void add_rows(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t row, const double* v, double* out) {
  const T* term[8];
  std::size_t r = 0;
  for (; r + 8 <= rows; r += 8, x += 8 * row) {
    for (int t = 0; t < 8; ++t) term[t] = x + t * row;
    add_terms<T, 8>(cols, term, v + r, out);
  }
  for (; r < rows; ++r, x += row) add_terms<T, 1>(cols, &x, v + r, out);
}

template <int kColumns, int kVecs>
PROXNET_INLINE void subtract_tile(std::size_t depth, const double* x, const double* a, std::ptrdiff_t step, double* out,
                                  std::ptrdiff_t row) {
  VecF64 sum[kColumns][kVecs];
  for (int c = 0; c < kColumns; ++c)
    for (int u = 0; u < kVecs; ++u) sum[c][u] = load(out + c * row + u * static_cast<int>(kWidthF64));
  for (std::size_t t = 0; t < depth; ++t, x += step, a += step) {
    VecF64 right[kVecs];
#pragma GCC unroll 4
    for (int u = 0; u < kVecs; ++u) right[u] = load(x + u * static_cast<int>(kWidthF64));
#pragma GCC unroll 4
    for (int c = 0; c < kColumns; ++c) {
      const VecF64 factor = splat(-a[c]);
#pragma GCC unroll 4
      for (int u = 0; u < kVecs; ++u) sum[c][u] = fma(right[u], factor, sum[c][u]);
    }
  }
  for (int c = 0; c < kColumns; ++c)
    for (int u = 0; u < kVecs; ++u) store(out + c * row + u * static_cast<int>(kWidthF64), sum[c][u]);
}

// out[c * row + i] -= sum_t a[t * step + c] * x[t * step + i], a chain over t
template <class T>
void subtract_products(std::size_t n, std::size_t depth, const double* x, const double* a, std::ptrdiff_t step,
                       std::size_t count, double* out, std::ptrdiff_t row) {
  constexpr int kVecs = kVectorBytes == 64 ? 4 : 2, kColumns = 4;
  constexpr std::size_t kWide = kVecs * kWidthF64;
  for (std::size_t i = 0; i < n; i += kWide) {
    std::size_t c = 0;
    if (i + kWide <= n) {
      for (; c + kColumns <= count; c += kColumns)
        subtract_tile<kColumns, kVecs>(depth, x + i, a + c, step, out + static_cast<std::ptrdiff_t>(c) * row + i, row);
      for (; c < count; ++c)
        subtract_tile<1, kVecs>(depth, x + i, a + c, step, out + static_cast<std::ptrdiff_t>(c) * row + i, row);
      continue;
    }
    std::size_t at = i;
    for (; at + kWidthF64 <= n; at += kWidthF64) {
      for (c = 0; c + kColumns <= count; c += kColumns)
        subtract_tile<kColumns, 1>(depth, x + at, a + c, step, out + static_cast<std::ptrdiff_t>(c) * row + at, row);
      for (; c < count; ++c)
        subtract_tile<1, 1>(depth, x + at, a + c, step, out + static_cast<std::ptrdiff_t>(c) * row + at, row);
    }
    for (; at < n; ++at)
      for (c = 0; c < count; ++c) {
        double& sum = out[static_cast<std::ptrdiff_t>(c) * row + static_cast<std::ptrdiff_t>(at)];
        for (std::size_t t = 0; t < depth; ++t) {
          const std::ptrdiff_t row_t = static_cast<std::ptrdiff_t>(t) * step;
          sum = fma(x[row_t + static_cast<std::ptrdiff_t>(at)], -a[row_t + static_cast<std::ptrdiff_t>(c)], sum);
        }
      }
  }
}

}  // namespace
