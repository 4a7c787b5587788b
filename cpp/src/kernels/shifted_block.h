// A shifted and scaled block of a design matrix as rows of doubles, from either memory order.
#pragma once

#include "linear.h"
#include "transpose.h"

namespace {

template <bool kScaled> PROXNET_INLINE double shifted(double x, double shift, const double* scale, std::size_t r) {
  return kScaled ? scale[r] * (x - shift) : x - shift;
}

// From contiguous rows.
template <class T, bool kScaled>
void shift_rows(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t row, const double* shift,
                const double* scale, double* out, std::ptrdiff_t out_row) {
  const std::size_t whole = cols / kWidthF64 * kWidthF64;
  for (std::size_t r = 0; r < rows; ++r, x += row, out += out_row) {
    const VecF64 factor = splat(kScaled ? scale[r] : 1.0);
    for (std::size_t c = 0; c < whole; c += kWidthF64) {
      const VecF64 moved = load_f64(x + c) - load(shift + c);
      store(out + c, kScaled ? factor * moved : moved);
    }
    for (std::size_t c = whole; c < cols; ++c) out[c] = shifted<kScaled>(static_cast<double>(x[c]), shift[c], scale, r);
  }
}

// From contiguous columns: transposes squares of vectors, and prefetches those of the next columns.
template <class T, bool kScaled>
void shift_columns(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t col, const double* shift,
                   const double* scale, double* out, std::ptrdiff_t out_row) {
  constexpr int kN = kLanes<double>;
  const std::size_t whole_rows = rows / kWidthF64 * kWidthF64, whole_cols = cols / kWidthF64 * kWidthF64;
  for (std::size_t c = 0; c < whole_cols; c += kWidthF64)
    for (std::size_t r = 0; r < whole_rows; r += kWidthF64) {
      const VecF64 factor = kScaled ? load(scale + r) : VecF64{};
      const T* from = x + static_cast<std::ptrdiff_t>(c) * col + static_cast<std::ptrdiff_t>(r);
      VecF64 square[kN];
#pragma GCC unroll 8
      for (int i = 0; i < kN; ++i) {
        __builtin_prefetch(from + (kN + i) * col, 0, 3);
        const VecF64 moved = load_f64(from + i * col) - splat(shift[c + static_cast<std::size_t>(i)]);
        square[i] = kScaled ? factor * moved : moved;
      }
      transpose_registers<double>(square);
      double* to = out + static_cast<std::ptrdiff_t>(r) * out_row + static_cast<std::ptrdiff_t>(c);
#pragma GCC unroll 8
      for (int i = 0; i < kN; ++i) store(to + i * out_row, square[i]);
    }
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = r < whole_rows ? whole_cols : 0; c < cols; ++c)
      out[static_cast<std::ptrdiff_t>(r) * out_row + static_cast<std::ptrdiff_t>(c)] = shifted<kScaled>(
          static_cast<double>(x[static_cast<std::ptrdiff_t>(c) * col + static_cast<std::ptrdiff_t>(r)]), shift[c],
          scale, r);
}

template <class T>
void shifted_block(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t row, std::ptrdiff_t col,
                   const double* shift, const double* scale, double* out, std::ptrdiff_t out_row) {
  if (col == 1)
    (scale ? shift_rows<T, true> : shift_rows<T, false>)(rows, cols, x, row, shift, scale, out, out_row);
  else
    (scale ? shift_columns<T, true> : shift_columns<T, false>)(rows, cols, x, col, shift, scale, out, out_row);
}

}  // namespace
