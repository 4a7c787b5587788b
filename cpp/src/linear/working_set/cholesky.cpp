#include "linear/working_set/cholesky.h"

#include <cmath>

#include "linear/linalg/thread_work.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

void Cholesky::factor(const Quadratic& set, const std::vector<std::size_t>& support,
                      const std::vector<double>& diagonal, Poller& poll) {
  const std::size_t n = support.size();
  std::vector<std::size_t> where(set.size(), n);  // inverse of `support`
  for (std::size_t k = 0; k < n; ++k) where[support[k]] = k;
  // New order: the longest reusable front, then the other old columns, then the new ones.
  std::size_t kept = 0;
  while (kept < order_.size() && where[order_[kept]] < n && order_diagonal_[kept] == diagonal[where[order_[kept]]])
    ++kept;
  std::vector<std::size_t> order(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(kept));
  std::vector<bool> taken(n);
  for (const std::size_t at : order) taken[where[at]] = true;
  for (std::size_t k = kept; k < order_.size(); ++k)
    if (where[order_[k]] < n) order.push_back(order_[k]), taken[where[order_[k]]] = true;
  for (std::size_t k = 0; k < n; ++k)
    if (!taken[k]) order.push_back(support[k]);
  order_ = std::move(order);
  if (n > capacity_) {
    capacity_ = round_up(growth_ * n, kRowPad<double>);
    factor_ = Buffer<double>(capacity_ * capacity_);
    kept = 0;
  }
  given_.resize(n), order_diagonal_.resize(n), dependent_.resize(n);
  for (std::size_t k = 0; k < n; ++k) given_[k] = where[order_[k]], order_diagonal_[k] = diagonal[given_[k]];

  // Blocked by panels of columns: subtracts the columns before the panel, then factors column by column.
  constexpr std::size_t kWide = 32;
  for (std::size_t first = 0, last; first < n; first = last) {
    last = std::min(first + kWide, first < kept ? kept : n);
    take_panel(set, std::max(first, kept), first, last, poll);
    for (std::size_t j = first; j < last; ++j)
      finish_column(j, std::max(j, kept), first, set.gram(order_[j])[order_[j]] + order_diagonal_[j]);
  }
}

// G - L L' over the columns before `first`, for rows [from, n) of columns [first, last).
void Cholesky::take_panel(const Quadratic& set, std::size_t from, std::size_t first, std::size_t last, Poller& poll) {
  constexpr std::size_t kGroup = 32;  // rows
  const std::size_t n = order_.size(), groups = (n - from + kGroup - 1) / kGroup;
  const std::size_t work = kGroup * (last - first) * (first + 16);
  const std::size_t groups_per_poll =
      (std::size_t{1} << 28) / work + static_cast<std::size_t>(team_threads());  // between two polls
  for (std::size_t g = 0; g < groups; g += groups_per_poll, poll())
    parallel_for(team_threads(), std::min(groups_per_poll, groups - g), 1 + kThreadProducts / work,
                 [&](std::size_t begin, std::size_t end) {
                   begin = from + (g + begin) * kGroup, end = std::min(from + (g + end) * kGroup, n);
                   for (std::size_t j = first; j < last; ++j) {
                     const double* gram = set.gram(order_[j]);
                     for (std::size_t i = begin; i < end; ++i) column(j)[i] = gram[order_[i]];
                     if (begin <= j && j < end) column(j)[j] += order_diagonal_[j];
                   }
                   subtract(begin, end, 0, first, first, last);
                 });
}

// Column j of L, after take_panel.
void Cholesky::finish_column(std::size_t j, std::size_t from, std::size_t first, double diagonal) {
  const std::size_t n = order_.size();
  double* out = column(j);
  subtract(from, n, first, j, j, j + 1);
  if (from == j) {
    dependent_[j] = !(out[j] > 1e-11 * diagonal);
    if (!dependent_[j]) out[j] = std::sqrt(out[j]);
  }
  if (dependent_[j]) return std::fill(out + from, out + n, 0.0);
  const double inverse = 1 / out[j];
  for (std::size_t i = std::max(j + 1, from); i < n; ++i) out[i] *= inverse;
}

// Rows [begin, end) of columns [first, last) -= products with columns [t_begin, t_end).
void Cholesky::subtract(std::size_t begin, std::size_t end, std::size_t t_begin, std::size_t t_end, std::size_t first,
                        std::size_t last) {
  const double* before = column(t_begin);
  kernels<double>().subtract_products(end - begin, t_end - t_begin, before + begin, before + first,
                                      static_cast<std::ptrdiff_t>(capacity_), last - first, column(first) + begin,
                                      static_cast<std::ptrdiff_t>(capacity_));
}

bool Cholesky::definite() const { return std::find(dependent_.begin(), dependent_.end(), true) == dependent_.end(); }

std::vector<std::size_t> Cholesky::dependent() const {
  std::vector<std::size_t> at;
  for (std::size_t k = 0; k < order_.size(); ++k)
    if (dependent_[k]) at.push_back(given_[k]);
  return at;
}

std::vector<double> Cholesky::solve(const std::vector<double>& b) const {
  const auto& table = kernels<double>();
  const std::size_t n = order_.size();
  std::vector<double> x(n), result(n);
  for (std::size_t k = 0; k < n; ++k) x[k] = b[given_[k]];
  for (std::size_t j = 0; j < n; ++j) {
    x[j] = dependent_[j] ? 0 : x[j] / column(j)[j];
    const double* below = column(j) + j + 1;
    const double factor = -x[j];
    table.add_columns(n - j - 1, 1, &below, &factor, x.data() + j + 1);
  }
  for (std::size_t j = n; j-- > 0;) {
    if (dependent_[j]) continue;
    x[j] = (x[j] - table.dot(n - j - 1, column(j) + j + 1, x.data() + j + 1)) / column(j)[j];
  }
  for (std::size_t k = 0; k < n; ++k) result[given_[k]] = x[k];
  return result;
}

}  // namespace proxnet
