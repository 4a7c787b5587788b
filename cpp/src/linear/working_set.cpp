#include "linear/working_set.h"

#include <algorithm>
#include <numeric>

#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

WorkingSet::WorkingSet(const Centred& data, const std::vector<double>& all_correlations)
    : data_(data),
      all_correlations_(all_correlations),
      column_step_(round_up(data.rows, kRowPad<double>)),
      place_(data.cols, kOutside) {}

void WorkingSet::grow(std::size_t count) {
  if (count <= capacity_) return;
  const std::size_t next = round_up(std::max(count, std::min(2 * capacity_, data_.cols)), kRowPad<double>);
  Buffer<double> gram(next * next);
  for (std::size_t k = 0; k < size(); ++k) std::copy_n(this->gram(k), size(), gram.data() + k * next);
  gram_ = std::move(gram);
  if (data_.x.dense()) {
    Buffer<double> columns(next * column_step_);
    std::copy_n(columns_.data(), size() * column_step_, columns.data());
    columns_ = std::move(columns);
  }
  capacity_ = next;
}

void WorkingSet::add(const Columns& columns, Poller& poll) {
  const std::size_t first = size();
  Columns fresh;
  for (const std::size_t j : columns)
    if (!has(j)) place_[j] = first + fresh.size(), fresh.push_back(j);
  if (fresh.empty()) return;
  grow(first + fresh.size());
  ids.insert(ids.end(), fresh.begin(), fresh.end());
  for (const std::size_t j : fresh) correlation.push_back(all_correlations_[j]);
  w.resize(size()), slope.resize(size());
  if (data_.x.dense())
    fill_dense(first);
  else
    fill_sparse(first, poll);
  refresh_slope();
}

void WorkingSet::fill_dense(std::size_t first) {
  const auto& k = kernels<double>();
  const Columns fresh(ids.begin() + static_cast<std::ptrdiff_t>(first), ids.end());
  data_.gather(fresh, columns_.data() + first * column_step_, column_step_);
  std::vector<const double*> columns(size());
  for (std::size_t c = 0; c < size(); ++c) columns[c] = columns_.data() + c * column_step_;
  // The new columns against all: the rows of the Gram matrix go to the threads.
  constexpr std::size_t kGroup = 32;  // columns of 1000 rows: the cache of a core
  const std::size_t groups = (size() + kGroup - 1) / kGroup;
  parallel_for(team_threads(), groups, 65536 / (fresh.size() * data_.rows * kGroup + 1) + 1,
               [&](std::size_t begin, std::size_t end) {
                 for (std::size_t g = begin; g < end; ++g) {
                   const std::size_t p = g * kGroup, count = std::min(kGroup, size() - p);
                   k.pair_dots(data_.rows, count, columns.data() + p, fresh.size(), columns.data() + first,
                               gram_.data() + p * capacity_ + first, static_cast<std::ptrdiff_t>(capacity_));
                 }
               });
  for (std::size_t a = first; a < size(); ++a)
    for (std::size_t b = 0; b < a; ++b) gram_[a * capacity_ + b] = gram_[b * capacity_ + a];
}

void WorkingSet::fill_sparse(std::size_t first, Poller& poll) {
  std::vector<double> column(data_.rows), products(size());
  for (std::size_t a = first; a < size(); ++a) {
    data_.gather({ids[a]}, column.data(), data_.rows);
    data_.some_dots(ids, column.data(), products.data(), poll);
    for (std::size_t b = 0; b < size(); ++b) {
      if (b > a) continue;
      gram_[a * capacity_ + b] = gram_[b * capacity_ + a] = products[b];
    }
  }
}

void WorkingSet::refresh_slope() {
  slope = correlation;
  const auto at = support();
  std::vector<double> step(at.size());
  for (std::size_t s = 0; s < at.size(); ++s) step[s] = w[at[s]];
  move_slope(at, step);
}

void WorkingSet::move_slope(const std::vector<std::size_t>& at, const std::vector<double>& step) {
  std::vector<const double*> columns(at.size());
  std::vector<double> a(at.size());
  for (std::size_t s = 0; s < at.size(); ++s) columns[s] = gram(at[s]), a[s] = -step[s];
  kernels<double>().add_columns(size(), at.size(), columns.data(), a.data(), slope.data());
}

void WorkingSet::residual(double* r) const {
  std::copy(data_.target.begin(), data_.target.end(), r);
  Columns list;
  std::vector<double> a;
  std::vector<const double*> columns;
  for (const std::size_t k : support()) {
    list.push_back(ids[k]), a.push_back(w[k]);
    if (columns_.size()) columns.push_back(columns_.data() + k * column_step_), a.back() = -w[k];
  }
  if (columns_.size())
    kernels<double>().add_columns(data_.rows, list.size(), columns.data(), a.data(), r);
  else
    data_.subtract(list, a.data(), r);
}

std::vector<std::size_t> WorkingSet::support() const {
  std::vector<std::size_t> at;
  for (std::size_t k = 0; k < size(); ++k)
    if (w[k] != 0) at.push_back(k);
  return at;
}

}  // namespace proxnet
