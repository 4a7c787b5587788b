// dots and add_columns over many columns, polling between chunks of them; a short product never reads the clock.
#pragma once

#include <algorithm>
#include <cstddef>

#include "runtime/dispatch.h"
#include "runtime/poller.h"

namespace proxnet {

// Columns between two polls: some milliseconds of memory traffic, a multiple of the kernels' 8 columns.
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
