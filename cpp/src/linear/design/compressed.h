// Compressed rows or columns ("lines") of a sparse matrix, viewed or owned: validation, transposition, summing
// duplicates.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "proxnet/linear.h"
#include "runtime/poller.h"

namespace proxnet {

constexpr std::size_t kPollEntries = std::size_t{1} << 20;  // read by index between two polls: milliseconds

template <class T, class Index> struct Compressed {
  Compressed() = default;
  Compressed(Compressed&&) noexcept = default;
  Compressed& operator=(Compressed&&) noexcept = default;

  std::size_t begin(std::size_t k) const { return static_cast<std::size_t>(starts[k]); }
  std::size_t end(std::size_t k) const { return static_cast<std::size_t>(starts[k + 1]); }
  std::size_t at(std::size_t e) const { return static_cast<std::size_t>(indices[e]); }
  double value(std::size_t e) const { return static_cast<double>(values[e]); }
  std::size_t entries() const { return begin(lines); }
  std::size_t line_of(std::size_t e) const {
    return static_cast<std::size_t>(std::upper_bound(starts, starts + lines + 1, static_cast<Index>(e)) - starts) - 1;
  }

  std::size_t lines = 0, across = 0;
  const T* values = nullptr;
  const Index* indices = nullptr;
  const Index* starts = nullptr;
  bool canonical = true;  // indices rise strictly within every line
  // Owned storage, if the pointers do not point into the caller's.
  std::unique_ptr<T[]> own_values;
  std::unique_ptr<Index[]> own_indices;
  std::vector<Index> own_starts;
};

// Views the values; copies indices and starts before checking them, so that a concurrent writer cannot send a solver
// out of bounds.
template <class T, class Index> Compressed<T, Index> checked(const SparseView<T, Index>& x, Poller& poll) {
  Compressed<T, Index> c;
  c.lines = x.by_rows ? x.rows : x.cols, c.across = x.by_rows ? x.cols : x.rows;
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<Index>::max());
  check(x.rows > 0 && x.cols > 0, "[design] X must have a row and a column at least, got ", x.rows, " x ", x.cols);
  check(x.rows <= kMost && x.cols <= kMost, "[design] X must have at most ", kMost,
        " rows and columns with indices of this type, got ", x.rows, " x ", x.cols);
  check(x.starts_count == c.lines + 1, "[design] indptr must have ", c.lines + 1, " entries, got ", x.starts_count);
  c.own_starts.assign(x.starts, x.starts + x.starts_count);
  c.values = x.values, c.starts = c.own_starts.data();
  for (std::size_t k = 0; k <= c.lines; ++k) {
    const Index start = c.starts[k], least = k ? c.starts[k - 1] : Index{0};
    check(start >= least && static_cast<std::size_t>(start) <= x.entries && (k > 0 || start == 0),
          "[design] indptr must rise from 0 to at most ", x.entries, ", indptr[", k, "] = ", start);
    if (k % kPollEntries == 0) poll();
  }
  c.own_indices = std::make_unique_for_overwrite<Index[]>(c.entries());
  c.indices = c.own_indices.get();
  for (std::size_t k = 0, polled = 0; k < c.lines; ++k)
    for (std::size_t e = c.begin(k); e < c.end(k); ++e) {
      const Index at = c.own_indices[e] = x.indices[e];
      check(at >= 0 && static_cast<std::size_t>(at) < c.across, "[design] indices must lie in 0 to ", c.across - 1,
            ", indices[", e, "] = ", at);
      c.canonical = c.canonical && (e == c.begin(k) || at > c.indices[e - 1]);
      if (e - polled >= kPollEntries) polled = e, poll();
    }
  return c;
}

// Throws InvalidInput naming column_of(entry) for a value that is not finite.
template <class T, class Index, class ColumnOf>
void check_values(const Compressed<T, Index>& c, Poller& poll, ColumnOf&& column_of) {
  for (std::size_t first = 0; first < c.entries(); first += kPollEntries, poll()) {
    const std::size_t last = std::min(c.entries(), first + kPollEntries);
    bool finite = true;
    for (std::size_t e = first; e < last; ++e) finite &= std::fabs(c.values[e]) <= std::numeric_limits<T>::max();
    for (std::size_t e = first; !finite && e < last; ++e)
      check(std::isfinite(c.values[e]), "[design] X must be finite: column ", column_of(e),
            " has a NaN or an infinity");
  }
}

// The transpose, owned, each line sorted; entries with the same row and column keep their order.
template <class T, class Index>
Compressed<T, Index> transposed(const Compressed<T, Index>& c, Poller& poll) {
  Compressed<T, Index> t;
  t.lines = c.across, t.across = c.lines;
  t.own_starts.assign(t.lines + 1, 0);
  t.own_indices = std::make_unique_for_overwrite<Index[]>(c.entries());
  t.own_values = std::make_unique_for_overwrite<T[]>(c.entries());
  // Counting sort with counts shifted by two: the prefix sum leaves each start one position late, and placing the
  // entries moves it back.
  std::vector<Index>& next = t.own_starts;
  for (std::size_t e = 0; e < c.entries(); ++e) {
    if (c.at(e) + 2 <= t.lines) ++next[c.at(e) + 2];
    if (e % kPollEntries == 0) poll();
  }
  for (std::size_t k = 2; k <= t.lines; ++k) next[k] += next[k - 1];
  for (std::size_t k = 0, polled = 0; k < c.lines; ++k)
    for (std::size_t e = c.begin(k); e < c.end(k); ++e) {
      const auto to = static_cast<std::size_t>(next[c.at(e) + 1]++);
      t.own_indices[to] = static_cast<Index>(k), t.own_values[to] = c.values[e];
      if (e - polled >= kPollEntries) polled = e, poll();
    }
  t.values = t.own_values.get(), t.indices = t.own_indices.get(), t.starts = t.own_starts.data();
  return t;
}

// Sums neighbouring entries with the same row and column in sorted, owned lines.
template <class T, class Index> void add_duplicates(Compressed<T, Index>& c, Poller& poll) {
  std::size_t to = 0, e = 0;
  for (std::size_t k = 0; k < c.lines; ++k) {
    const std::size_t first = to, end = c.end(k);
    for (; e < end; ++e) {
      if (to > first && c.own_indices[to - 1] == c.own_indices[e])
        c.own_values[to - 1] += c.own_values[e];
      else
        c.own_indices[to] = c.own_indices[e], c.own_values[to++] = c.own_values[e];
      if (e % kPollEntries == 0) poll();
    }
    c.own_starts[k + 1] = static_cast<Index>(to);
  }
}

// Sorted columns without duplicates, from rows or from columns in any order.
template <class T, class Index>
Compressed<T, Index> canonical_columns(const Compressed<T, Index>& lines, bool by_rows, Poller& poll) {
  Compressed<T, Index> columns = transposed(lines, poll);
  if (!by_rows) columns = transposed(columns, poll);
  add_duplicates(columns, poll);
  return columns;
}

}  // namespace proxnet
