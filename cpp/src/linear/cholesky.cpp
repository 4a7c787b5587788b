#include "linear/cholesky.h"

#include <cmath>

#include "runtime/dispatch.h"

namespace proxnet {

void Cholesky::factor(const WorkingSet& set, const std::vector<std::size_t>& support,
                      const std::vector<double>& diagonal, Poller& poll) {
  const std::size_t n = support.size();
  std::vector<std::size_t> where(set.size(), n);  // in `support`
  for (std::size_t k = 0; k < n; ++k) where[support[k]] = k;
  // The front of the old order that is still wanted, then the others of the old order, then the new ones.
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
    capacity_ = round_up(2 * n, kRowPad<double>);
    factor_ = Buffer<double>(capacity_ * capacity_);
    kept = 0;
  }
  given_.resize(n), order_diagonal_.resize(n), dependent_.resize(n);
  for (std::size_t k = 0; k < n; ++k) given_[k] = where[order_[k]], order_diagonal_[k] = diagonal[given_[k]];

  const auto& table = kernels<double>();
  std::vector<const double*> terms(n);
  std::vector<double> factors(n);
  for (std::size_t j = 0; j < n; ++j) {
    poll();
    const std::size_t from = std::max(j, kept), count = n - from;
    double* out = column(j);
    if (j < kept && dependent_[j]) {
      std::fill(out + from, out + n, 0.0);
      continue;
    }
    const double* gram = set.gram(order_[j]);
    for (std::size_t i = from; i < n; ++i) out[i] = gram[order_[i]];
    if (from == j) out[j] += order_diagonal_[j];
    for (std::size_t t = 0; t < j; ++t) terms[t] = column(t) + from, factors[t] = -column(t)[j];
    table.add_columns(count, j, terms.data(), factors.data(), out + from);
    if (from == j) {
      const double whole = gram[order_[j]] + order_diagonal_[j];
      dependent_[j] = !(out[j] > 1e-11 * whole);
      if (dependent_[j]) {
        std::fill(out + j, out + n, 0.0);
        continue;
      }
      out[j] = std::sqrt(out[j]);
    }
    const double inverse = 1 / out[j];
    for (std::size_t i = std::max(j + 1, from); i < n; ++i) out[i] *= inverse;
  }
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
