// Sparse X as sorted rows without duplicates. Predictions walk the rows; columns are built once, by the first solver
// that needs them.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

#include "linear/design/sparse_columns.h"

namespace proxnet {

template <class T, class Index> class SparseRows final : public Design {
 public:
  explicit SparseRows(Compressed<T, Index> lines) : Design(lines.lines, lines.across), x_(std::move(lines)) {}

  void all_dots(const double* v, double* out, Poller& poll) const override { columns(poll).all_dots(v, out, poll); }
  void some_dots(const Columns& list, const double* v, double* out, Poller& poll) const override {
    columns(poll).some_dots(list, v, out, poll);
  }
  void add(const Columns& list, const double* a, double* y, Poller& poll) const override {
    // In an unsorted list, a row's summation order is not the order of its entries.
    if (!std::is_sorted(list.begin(), list.end(), std::less_equal<>())) return columns(poll).add(list, a, y, poll);
    std::vector<double> factor(cols);
    for (std::size_t k = 0; k < list.size(); ++k) factor[list[k]] = a[k];
    const std::size_t each = x_.entries() / rows + 1, step = kPollEntries / each + 1;
    for (std::size_t from = 0; from < rows; from += step, poll())
      parallel_for(team_threads(), std::min(step, rows - from), kThreadEntries / each + 1,
                   [&](std::size_t first, std::size_t last) {
                     for (std::size_t i = from + first; i < from + last; ++i)
                       for (std::size_t e = x_.begin(i); e < x_.end(i); ++e)
                         if (factor[x_.at(e)] != 0) y[i] += factor[x_.at(e)] * x_.value(e);
                   });
  }
  double dot(std::size_t j, const double* v) const override { return columns().dot(j, v); }
  void add(std::size_t j, double a, const double* weight, double* y) const override { columns().add(j, a, weight, y); }
  void gather(const Columns& list, const double* shift, const double* scale, double* out,
              std::size_t stride) const override {
    columns().gather(list, shift, scale, out, stride);
  }
  void read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, const double* shift,
                  const double* scale, double* out, std::size_t stride) const override {
    columns().read_block(first, last, begin, end, shift, scale, out, stride);
  }
  void check_finite(Poller& poll) const override {
    check_values(x_, poll, [&](std::size_t e) { return x_.at(e); });
  }
  std::size_t stored() const override { return x_.entries(); }

 private:
  const Design& columns() const {
    const PollFunction never;
    Poller poll(never, "[design]");
    return columns(poll);
  }
  // A thread that waits for another to build the columns keeps polling its caller.
  const Design& columns(Poller& poll) const {
    if (const Design* made = made_.load(std::memory_order_acquire)) return *made;
    std::unique_lock lock(making_, std::defer_lock);
    while (!lock.try_lock_for(std::chrono::milliseconds(1))) poll();
    if (!columns_) {
      columns_ = std::make_unique<SparseColumns<T, Index>>(canonical_columns(x_, true, poll));
      made_.store(columns_.get(), std::memory_order_release);
    }
    return *columns_;
  }

  const Compressed<T, Index> x_;
  mutable std::timed_mutex making_;
  mutable std::unique_ptr<const Design> columns_;
  mutable std::atomic<const Design*> made_{nullptr};
};

}  // namespace proxnet
