#include "linear/working_set/working_set.h"

#include <algorithm>
#include <numeric>

#include "linear/design/column_products.h"
#include "linear/linalg/symmetric_product.h"
#include "linear/linalg/thread_work.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

WorkingSet::WorkingSet(const CenteredDesign& data, const std::vector<double>& all_correlations,
                       std::size_t gram_columns)
    : data_(data),
      all_correlations_(all_correlations),
      column_step_(round_up(data.rows, kRowPad<double>)),
      gram_columns_(gram_columns),
      index_(data.cols, kOutside) {}

void WorkingSet::grow(std::size_t count, Poller& poll) {
  if (count <= capacity_) return;
  const std::size_t next = round_up(std::max(count, std::min(2 * capacity_, data_.cols)), kRowPad<double>);
  if (count <= gram_columns_) {
    Buffer<double> gram(next * next);
    for (std::size_t k = 0; k < size(); ++k, poll()) std::copy_n(this->gram(k), size(), gram.data() + k * next);
    gram_ = std::move(gram);
  }
  if (data_.x.dense()) {
    Buffer<double> columns(next * column_step_);
    for (std::size_t k = 0; k < size(); ++k, poll())
      std::copy_n(column(k), column_step_, columns.data() + k * column_step_);
    columns_ = std::move(columns);
  }
  capacity_ = next;
}

void WorkingSet::add(const Columns& columns, Poller& poll) {
  const std::size_t first = size();
  Columns added;
  for (const std::size_t j : columns)
    if (!has(j)) index_[j] = first + added.size(), added.push_back(j);
  if (added.empty()) return;
  grow(first + added.size(), poll);
  ids.insert(ids.end(), added.begin(), added.end());
  for (const std::size_t j : added) correlation.push_back(all_correlations_[j]);
  w.resize(size()), neg_gradient.resize(size());
  if (data_.x.dense()) gather(first, poll);
  if (!has_gram()) {
    gram_ = Buffer<double>();
    return;
  }
  if (data_.x.dense())
    fill_dense(first, poll);
  else
    fill_sparse(first, poll);
  refresh_gradient();
}

void WorkingSet::gather(std::size_t first, Poller& poll) {
  // 8 (a cache line) to 64 columns between two polls.
  const std::size_t group_size =
      std::clamp<std::size_t>((std::size_t{1} << 22) / (data_.rows * data_.gather_passes()), 8, 64);
  for (std::size_t k = first; k < size(); k += group_size, poll()) {
    const auto from = ids.begin() + static_cast<std::ptrdiff_t>(k);
    const Columns group(from, from + static_cast<std::ptrdiff_t>(std::min(group_size, size() - k)));
    data_.gather(group, columns_.data() + k * column_step_, column_step_);
  }
}

void WorkingSet::fill_dense(std::size_t first, Poller& poll) {
  const auto& k = kernels<double>();
  std::vector<const double*> columns(size());
  for (std::size_t c = 0; c < size(); ++c) columns[c] = column(c);
  // A chunk of new columns against all columns; threads split the rows of the Gram matrix.
  constexpr std::size_t kGroup = 32;  // columns; of 1000 rows they fill a core's cache
  const std::size_t groups = (size() + kGroup - 1) / kGroup;
  constexpr std::size_t kProducts = std::size_t{1} << 28;  // between two polls: some 20 ms
  const std::size_t columns_per_poll = std::max<std::size_t>(kGroup, kProducts / (size() * data_.rows));
  for (std::size_t from = first; from < size(); from += columns_per_poll) {
    const std::size_t count = std::min(columns_per_poll, size() - from);
    const std::size_t step = kProducts / (count * data_.rows * kGroup) + static_cast<std::size_t>(team_threads());
    for (std::size_t group = 0; group < groups; group += step, poll())
      parallel_for(team_threads(), std::min(step, groups - group), kThreadProducts / (count * data_.rows * kGroup) + 1,
                   [&](std::size_t begin, std::size_t end) {
                     begin += group, end += group;
                     for (std::size_t p = begin * kGroup; p < std::min(end * kGroup, size()); p += kGroup)
                       k.pair_dots(data_.rows, std::min(kGroup, size() - p), columns.data() + p, count,
                                   columns.data() + from, gram_.data() + p * capacity_ + from,
                                   static_cast<std::ptrdiff_t>(capacity_));
                   });
  }
  for (std::size_t a = first; a < size(); ++a, poll())
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

void WorkingSet::refresh_gradient() {
  if (has_gram()) Quadratic::refresh_gradient(correlation);
}

void WorkingSet::residual(double* r, Poller& poll) const {
  std::copy(data_.target.begin(), data_.target.end(), r);
  Columns list;
  std::vector<double> a;
  std::vector<const double*> columns;
  for (const std::size_t k : support()) {
    list.push_back(ids[k]), a.push_back(w[k]);
    if (columns_.size()) columns.push_back(column(k)), a.back() = -w[k];
  }
  if (columns_.size())
    add_columns(data_.rows, list.size(), columns.data(), a.data(), r, poll);
  else
    data_.subtract(list, a.data(), r, poll);
}

void WorkingSet::squares(std::vector<double>& out, Poller& poll) const {
  std::vector<double> scratch(data_.rows);
  for (std::size_t k = out.size(); k < size(); ++k, poll()) {
    if (!columns_.size()) data_.gather({ids[k]}, scratch.data(), data_.rows);
    const double* column_k = columns_.size() ? column(k) : scratch.data();
    out.push_back(kernels<double>().dot(data_.rows, column_k, column_k));
  }
}

void WorkingSet::add_all(Poller& poll) {
  const std::size_t n = data_.rows, p = data_.cols;
  ids.resize(p), w.assign(p, 0.0), correlation = all_correlations_;
  std::iota(ids.begin(), ids.end(), std::size_t{0}), std::iota(index_.begin(), index_.end(), std::size_t{0});
  capacity_ = round_up(p, kProductPanel);
  gram_ = Buffer<double>(capacity_ * capacity_);
  symmetric_product(p, n, capacity_, gram_.data(), poll,
                    [&](std::size_t first, std::size_t last, const Member& member, double* block) {
                      const PanelShare share(member, p);
                      if (share.begin < share.end)
                        data_.read_block(first, last, share.begin, share.end, block, capacity_);
                    });
  for (std::size_t j = 0; j < p; ++j) {
    double* line = gram_.data() + j * capacity_;
    if (!data_.vanishes(j, line[j])) continue;
    std::fill_n(line, p, 0.0), correlation[j] = 0;
    for (std::size_t k = 0; k < p; ++k) gram_[k * capacity_ + j] = 0;
  }
  neg_gradient = correlation;
}

}  // namespace proxnet
