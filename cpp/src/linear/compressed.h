// Compressed lines of a sparse matrix in memory of our own: checked, transposed, duplicates added.
#pragma once

#include <cstdint>
#include <vector>

#include "proxnet/linear.h"

namespace proxnet {

template <class T> struct Compressed {
  std::size_t lines = 0, across = 0;
  std::vector<std::size_t> starts;
  std::vector<std::uint32_t> indices;
  std::vector<T> own;         // empty where the caller's values serve
  const T* values = nullptr;  // of the caller or `own`
  bool canonical = true;      // indices rise strictly within every line
};

// A copy of the structure, refused where it is corrupt: what is checked is what will be used.
template <class T, class Index> Compressed<T> checked_copy(const SparseView<T, Index>& x) {
  Compressed<T> c;
  c.lines = x.by_rows ? x.rows : x.cols, c.across = x.by_rows ? x.cols : x.rows, c.values = x.values;
  check(x.rows > 0 && x.cols > 0, "[design] X must have a row and a column at least, got ", x.rows, " x ", x.cols);
  check(c.across <= UINT32_MAX, "[design] X must have at most 2^32 - 1 rows and columns, got ", c.across);
  check(x.starts_count == c.lines + 1, "[design] indptr must have ", c.lines + 1, " entries, got ", x.starts_count);
  c.starts.assign(c.lines + 1, 0);
  for (std::size_t k = 0; k <= c.lines; ++k) {
    const Index start = x.starts[k];
    const std::size_t least = k ? c.starts[k - 1] : 0;
    check(start >= 0 && static_cast<std::size_t>(start) >= least && static_cast<std::size_t>(start) <= x.entries &&
              (k > 0 || start == 0),
          "[design] indptr must rise from 0 to at most ", x.entries, ", indptr[", k, "] = ", start);
    c.starts[k] = static_cast<std::size_t>(start);
  }
  c.indices.resize(c.starts.back());
  for (std::size_t k = 0; k < c.lines; ++k)
    for (std::size_t e = c.starts[k]; e < c.starts[k + 1]; ++e) {
      const Index at = x.indices[e];
      check(at >= 0 && static_cast<std::size_t>(at) < c.across, "[design] indices must lie in 0 to ", c.across - 1,
            ", indices[", e, "] = ", at);
      c.indices[e] = static_cast<std::uint32_t>(at);
      c.canonical = c.canonical && (e == c.starts[k] || c.indices[e] > c.indices[e - 1]);
    }
  return c;
}

// The lines of the other direction, each sorted; entries of the same place stay in their order.
template <class T> Compressed<T> transposed(const Compressed<T>& c) {
  Compressed<T> t;
  t.lines = c.across, t.across = c.lines;
  t.starts.assign(t.lines + 1, 0);
  for (const auto at : c.indices) ++t.starts[at + 1];
  for (std::size_t k = 0; k < t.lines; ++k) t.starts[k + 1] += t.starts[k];
  t.indices.resize(c.indices.size()), t.own.resize(c.indices.size());
  std::vector<std::size_t> next(t.starts.begin(), t.starts.end() - 1);
  for (std::size_t k = 0; k < c.lines; ++k)
    for (std::size_t e = c.starts[k]; e < c.starts[k + 1]; ++e) {
      const std::size_t to = next[c.indices[e]]++;
      t.indices[to] = static_cast<std::uint32_t>(k), t.own[to] = c.values[e];
    }
  t.values = t.own.data();
  return t;
}

// Adds the neighbours of one place in sorted lines of our own.
template <class T> void add_duplicates(Compressed<T>& c) {
  std::size_t to = 0, e = 0;
  for (std::size_t k = 0; k < c.lines; ++k) {
    const std::size_t first = to, end = c.starts[k + 1];
    for (; e < end; ++e)
      if (to > first && c.indices[to - 1] == c.indices[e])
        c.own[to - 1] += c.own[e];
      else
        c.indices[to] = c.indices[e], c.own[to++] = c.own[e];
    c.starts[k + 1] = to;
  }
  c.indices.resize(to), c.own.resize(to);
}

}  // namespace proxnet
