// Many columns of doubles times a vector, and added to one, with polls between some of them
// where there are more: the clock takes as long as a short product.
#pragma once

#include <algorithm>
#include <cstddef>

#include "runtime/dispatch.h"
#include "runtime/poller.h"

namespace proxnet {

// Columns between two polls: milliseconds of memory, and a multiple of what the kernels take at once.
inline std::size_t columns_a_poll(std::size_t rows) { return ((std::size_t{1} << 22) / rows + 8) / 8 * 8; }

// out[k] = columns[k] . v
inline void dots(std::size_t rows, std::size_t count, const double* const* columns, const double* v, double* out,
                 Poller& poll) {
  const std::size_t step = columns_a_poll(rows);
  for (std::size_t k = 0; k < count; k += step) {
    if (k > 0) poll();
    kernels<double>().dots(rows, std::min(step, count - k), columns + k, v, out + k);
  }
}

// y += sum_k a[k] columns[k]
inline void add_columns(std::size_t rows, std::size_t count, const double* const* columns, const double* a, double* y,
                        Poller& poll) {
  const std::size_t step = columns_a_poll(rows);
  for (std::size_t k = 0; k < count; k += step) {
    if (k > 0) poll();
    kernels<double>().add_columns(rows, std::min(step, count - k), columns + k, a + k, y);
  }
}

}  // namespace proxnet
