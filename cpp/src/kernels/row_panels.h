// Copying a row into panels.
#pragma once

#include "kernel_table.h"
#include "vec.h"

namespace {

// Pieces of half the size, down to one number, until `count` is reached.
template <class T, std::size_t kSize> PROXNET_INLINE void copy_rest(const T* from, std::size_t count, T* to) {
  if (count & kSize) {
    __builtin_memcpy(to, from, kSize * sizeof(T));
    from += kSize, to += kSize;
  }
  if constexpr (kSize > 1) copy_rest<T, kSize / 2>(from, count, to);
}

// Panel p takes row[p * kPanel ...] at out + p * panel_step.
template <class T>
void spread_row(std::size_t cols, const T* row, T* out, std::ptrdiff_t panel_step) {
  constexpr std::size_t kWidth = proxnet::kPanel<T>;
  constexpr int kVecs = static_cast<int>(kWidth) / kLanes<T>;
  for (; cols >= kWidth; cols -= kWidth, row += kWidth, out += panel_step) {
    Vec<T> v[kVecs];
#pragma GCC unroll 8
    for (int i = 0; i < kVecs; ++i) v[i] = load(row + i * kLanes<T>);
#pragma GCC unroll 8
    for (int i = 0; i < kVecs; ++i) store(out + i * kLanes<T>, v[i]);
  }
  copy_rest<T, kWidth / 2>(row, cols, out);
}

}  // namespace
