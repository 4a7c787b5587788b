// Sparse X as sorted columns without duplicates, viewed or owned.
#pragma once

#include <algorithm>

#include "linear/design/compressed.h"
#include "linear/design/design.h"
#include "linear/linalg/thread_work.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

template <class T, class Index> class SparseColumns final : public Design {
 public:
  explicit SparseColumns(Compressed<T, Index> columns)
      : Design(columns.across, columns.lines), x_(std::move(columns)) {}

  void all_dots(const double* v, double* out, Poller& poll) const override {
    for_columns(cols, x_.entries(), poll, [&](std::size_t j) { out[j] = dot(j, v); });
  }
  void some_dots(const Columns& list, const double* v, double* out, Poller& poll) const override {
    for_columns(list.size(), x_.entries() / std::max<std::size_t>(cols, 1) * list.size(), poll,
                [&](std::size_t k) { out[k] = dot(list[k], v); });
  }
  void add(const Columns& list, const double* a, double* y, Poller& poll) const override {
    std::size_t last = 0;
    for (std::size_t first = 0; first < list.size(); first = last, poll()) {
      std::size_t entries = 0;
      for (; last < list.size() && entries < kPollEntries; ++last) entries += x_.end(list[last]) - x_.begin(list[last]);
      const std::size_t count = last - first;
      constexpr std::size_t kLong = 64;  // entries per column that pay for the search of each thread's first entry
      const std::size_t grain = entries < kLong * count ? rows : rows / (entries / kThreadEntries + 1) + 1;
      parallel_for(team_threads(), rows, grain, [&](std::size_t from, std::size_t to) {
        for (std::size_t k = first; k < last; ++k) {
          std::size_t e = from ? first_at(list[k], from) : x_.begin(list[k]);
          const std::size_t end = to < rows ? first_at(list[k], to) : x_.end(list[k]);
          for (; e < end; ++e) y[x_.at(e)] += a[k] * x_.value(e);
        }
      });
    }
  }
  double dot(std::size_t j, const double* v) const override {
    double lane[4] = {};  // entry e of the column in lane e mod 4
    std::size_t e = x_.begin(j);
    const std::size_t end = x_.end(j);
    for (; e + 4 <= end; e += 4)
      for (std::size_t k = 0; k < 4; ++k) lane[k] += x_.value(e + k) * v[x_.at(e + k)];
    for (std::size_t k = 0; e < end; ++e, ++k) lane[k] += x_.value(e) * v[x_.at(e)];
    return (lane[0] + lane[2]) + (lane[1] + lane[3]);
  }

  void add(std::size_t j, double a, const double* weight, double* y) const override {
    for (std::size_t e = x_.begin(j); e < x_.end(j); ++e)
      y[x_.at(e)] += a * (weight ? weight[x_.at(e)] : 1.0) * x_.value(e);
  }
  void gather(const Columns& list, const double* shift, const double* scale, double* out,
              std::size_t stride) const override {
    for (std::size_t k = 0; k < list.size(); ++k) {
      double* column = out + k * stride;
      std::fill_n(column, rows, -shift[k]);
      for (std::size_t e = x_.begin(list[k]); e < x_.end(list[k]); ++e) column[x_.at(e)] += x_.value(e);
      if (scale)
        for (std::size_t i = 0; i < rows; ++i) column[i] *= scale[i];
    }
  }
  void read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, const double* shift,
                  const double* scale, double* out, std::size_t stride) const override {
    for (std::size_t j = begin; j < end; ++j) {
      for (std::size_t i = first; i < last; ++i) out[(i - first) * stride + j] = -shift[j];
      for (std::size_t e = first_at(j, first); e < x_.end(j) && x_.at(e) < last; ++e)
        out[(x_.at(e) - first) * stride + j] += x_.value(e);
      if (scale)
        for (std::size_t i = first; i < last; ++i) out[(i - first) * stride + j] *= scale[i];
    }
  }
  void check_finite(Poller& poll) const override {
    check_values(x_, poll, [&](std::size_t e) { return x_.line_of(e); });
  }
  std::size_t stored() const override { return x_.entries(); }

 private:
  template <class F> void for_columns(std::size_t count, std::size_t entries, Poller& poll, F&& f) const {
    const std::size_t each = entries / std::max<std::size_t>(count, 1) + 1;
    const std::size_t step = (1 << 21) / each + 16, grain = kThreadEntries / each + 1;
    for (std::size_t first = 0; first < count; first += step, poll())
      parallel_for(team_threads(), std::min(step, count - first), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = first + begin; k < first + end; ++k) f(k);
      });
  }

  // The first entry of column j with row >= i.
  std::size_t first_at(std::size_t j, std::size_t i) const {
    const Index* from = x_.indices + x_.begin(j);
    const Index* found = std::lower_bound(from, x_.indices + x_.end(j), static_cast<Index>(i));
    return x_.begin(j) + static_cast<std::size_t>(found - from);
  }

  const Compressed<T, Index> x_;
};

}  // namespace proxnet
