// Gathering and checking rows of a matrix.
#include "proxnet/rows.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "ops/prefetch.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

template <class T>
void DenseRows<T>::gather(const std::size_t* index, std::size_t count, RowPanels<T> out) const {
  constexpr std::size_t kAhead = 4096 / sizeof(T);
  const auto& k = kernels<T>();
  // Shuffled rows come from anywhere in memory: prefetches 4 KB of rows ahead of the copy.
  const std::size_t ahead = kAhead / x_.cols + 1;
  for (std::size_t i = 0; i < std::min(ahead, count); ++i) prefetch_row(x_.row(index[i]), x_.cols);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + ahead < count) prefetch_row(x_.row(index[i + ahead]), x_.cols);
    k.spread_row(x_.cols, x_.row(index[i]), out.at(0, i), static_cast<std::ptrdiff_t>(out.panel_step));
  }
}

template <class T> void DenseRows<T>::check_finite(const char* operation, const char* name) const {
  const auto& k = kernels<T>();
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::atomic<std::size_t> bad{kNone};
  // 2^15 numbers take about 5 us to read: the least work for a thread.
  const std::size_t grain = x_.cols ? (std::size_t{1} << 15) / x_.cols + 1 : 1;
  parallel_for(team_threads(), x_.rows, grain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)
      if (!k.all_finite(x_.cols, x_.row(i))) {
        std::size_t known = bad.load();
        while (i < known && !bad.compare_exchange_weak(known, i)) {
        }
        return;
      }
  });
  if (bad == kNone) return;
  const std::size_t i = bad;
  std::size_t j = 0;
  while (std::isfinite(x_.row(i)[j])) ++j;
  throw InvalidInput(sentence(operation, " ", name, " must be finite, ", name, "[", i, ", ", j, "] = ", x_.row(i)[j]));
}

template class DenseRows<float>;
template class DenseRows<double>;

}  // namespace proxnet
