// Prefetching. Any address is allowed, nothing is read.
#pragma once

#include <cstddef>

#include "kernels/kernel_table.h"

namespace proxnet {

template <class T> void prefetch_row(const T* row, std::size_t count) {
  for (std::size_t i = 0; i < count; i += kRowPad<T>) __builtin_prefetch(row + i, 0, 2);
}
// Rows of kPanel.
template <class T> void prefetch_rows(const T* rows, std::size_t count) { prefetch_row(rows, count * kPanel<T>); }

}  // namespace proxnet
