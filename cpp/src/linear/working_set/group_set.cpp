#include "linear/working_set/group_set.h"

#include <cmath>

#include "linear/design/column_products.h"
#include "runtime/dispatch.h"

namespace proxnet {

GroupSet::GroupSet(const CenteredTargets& data, const GroupPenalty& penalty, const std::vector<double>& correlations,
                   std::size_t gram_columns)
    : targets(data.targets),
      w(data.targets),
      neg_gradient(data.targets),
      correlation(data.targets),
      data_(data),
      penalty_(penalty),
      correlations_(correlations),
      first_(correlations.begin(), correlations.begin() + static_cast<std::ptrdiff_t>(data.cols)),
      set_(data, first_, gram_columns),
      inside_(penalty.norms.size()) {}

void GroupSet::take(std::size_t group, Poller& poll) {
  inside_[group] = true;
  groups.push_back(group);
  std::vector<std::size_t> at;
  for (std::size_t e = penalty_.starts[group]; e < penalty_.starts[group + 1]; ++e)
    at.push_back(set_.index(penalty_.members[e]));
  if (!has_gram()) blocks_.push_back(block_of(at, poll));
  indices.push_back(std::move(at));
  bounds.push_back(bound_of(groups.size() - 1, poll));
}

std::vector<double> GroupSet::block_of(const std::vector<std::size_t>& at, Poller& poll) const {
  const std::size_t m = at.size(), n = data_.rows, step = round_up(n, kRowPad<double>);
  Buffer<double> scratch(gathered_ ? 0 : m * step);
  std::vector<const double*> columns(m);
  Columns list;
  for (const std::size_t index : at) list.push_back(set_.ids[index]);
  if (!gathered_) data_.gather(list, scratch.data(), step);
  for (std::size_t a = 0; a < m; ++a) columns[a] = gathered_ ? set_.column(at[a]) : scratch.data() + a * step;
  std::vector<double> block(m * m);
  const std::size_t columns_per_poll = (std::size_t{1} << 26) / (m * n) + 8;  // columns between two polls
  for (std::size_t a = 0; a < m; a += columns_per_poll, poll())
    kernels<double>().pair_dots(n, std::min(columns_per_poll, m - a), columns.data() + a, m, columns.data(),
                                block.data() + a * m, static_cast<std::ptrdiff_t>(m));
  return block;
}

const JacobiEigen& GroupSet::eigen(std::size_t k, Poller& poll) {
  if (eigen_.size() < size()) eigen_.resize(size());
  if (!eigen_[k]) {
    const std::size_t m = indices[k].size();
    std::vector<double> block(m * m);
    for (std::size_t a = 0; a < m; ++a)
      for (std::size_t b = 0; b < m; ++b) block[a * m + b] = inner(k, a, b);
    eigen_[k].emplace(std::move(block), m, poll);
  }
  return *eigen_[k];
}

// ||B^4||_F^(1/4): exceeds the largest eigenvalue by at most a factor m^(1/8).
double GroupSet::bound_of(std::size_t g, Poller& poll) const {
  const std::size_t m = indices[g].size();
  if (m == 1) return inner(g, 0, 0);
  std::vector<double> power(m * m), next(m * m);
  for (std::size_t a = 0; a < m; ++a, poll())
    for (std::size_t b = 0; b < m; ++b) power[a * m + b] = inner(g, a, b);
  const auto& k = kernels<double>();
  const double size = std::sqrt(k.dot(m * m, power.data(), power.data()));
  if (!(size > 0) || m > 512) return size;
  for (auto& v : power) v /= size;
  for (int square = 0; square < 2; ++square) {
    for (std::size_t a = 0; a < m; ++a, poll())
      for (std::size_t b = 0; b < m; ++b) next[a * m + b] = k.dot(m, power.data() + a * m, power.data() + b * m);
    power.swap(next);
  }
  return size * std::pow(k.dot(m * m, power.data(), power.data()), 0.125) * (1 + 1e-12);
}

void GroupSet::add(const std::vector<std::size_t>& added, Poller& poll) {
  Columns columns;
  for (const std::size_t g : added)
    if (!inside_[g])
      columns.insert(columns.end(), penalty_.members.begin() + static_cast<std::ptrdiff_t>(penalty_.starts[g]),
                     penalty_.members.begin() + static_cast<std::ptrdiff_t>(penalty_.starts[g + 1]));
  if (columns.empty()) return;
  gathered_ = data_.x.dense();
  set_.add(columns, poll);
  if (!has_gram())
    for (std::size_t k = blocks_.size(); k < size(); ++k, poll()) blocks_.push_back(block_of(indices[k], poll));
  for (const std::size_t g : added)
    if (!inside_[g]) take(g, poll);
  for (std::size_t t = 0; t < targets; ++t) {
    w[t].resize(set_.size()), correlation[t].resize(set_.size());
    for (std::size_t k = 0; k < set_.size(); ++k) correlation[t][k] = correlations_[t * data_.cols + set_.ids[k]];
  }
  refresh_gradients(poll);
}

void GroupSet::add_all(Poller& poll) {
  set_.add_all(poll);
  for (std::size_t g = 0; g < penalty_.norms.size(); ++g) take(g, poll);
  for (std::size_t t = 0; t < targets; ++t) {
    const auto from = correlations_.begin() + static_cast<std::ptrdiff_t>(t * data_.cols);
    correlation[t].assign(from, from + static_cast<std::ptrdiff_t>(data_.cols));
    w[t].assign(data_.cols, 0.0);
  }
  refresh_gradients(poll);
}

void GroupSet::read(const std::vector<std::vector<double>>& from, std::size_t k, double* v) const {
  for (const std::size_t at : indices[k])
    for (std::size_t t = 0; t < targets; ++t) *v++ = from[t][at];
}

void GroupSet::read_neg_gradient(std::size_t k, double* v, Poller& poll) const {
  if (has_gram()) return read(neg_gradient, k, v);
  std::vector<const double*> r(targets);
  for (std::size_t t = 0; t < targets; ++t) r[t] = residual_.data() + t * data_.rows;
  for (const std::size_t at : indices[k]) {
    if (gathered_)
      dots(data_.rows, targets, r.data(), set_.column(at), v, poll);
    else
      for (std::size_t t = 0; t < targets; ++t) data_.some_dots({set_.ids[at]}, r[t], v + t, poll);
    v += targets;
  }
}

void GroupSet::move(std::size_t k, const double* old, const double* next, Poller& poll) {
  const auto& table = kernels<double>();
  const std::size_t m = indices[k].size();
  std::vector<const double*> lines(m);
  std::vector<double> back(m);
  Columns list(m);
  for (std::size_t t = 0; t < targets; ++t) {
    std::size_t moved = 0;
    for (std::size_t a = 0; a < m; ++a) {
      const std::size_t e = a * targets + t, at = indices[k][a];
      w[t][at] = next[e];
      if (next[e] == old[e]) continue;
      if (has_gram() || gathered_) lines[moved] = has_gram() ? set_.gram(at) : set_.column(at);
      list[moved] = set_.ids[at], back[moved++] = old[e] - next[e];
    }
    if (has_gram()) {
      table.add_columns(columns(), moved, lines.data(), back.data(), neg_gradient[t].data());
    } else if (gathered_) {
      add_columns(data_.rows, moved, lines.data(), back.data(), residual_.data() + t * data_.rows, poll);
    } else {
      for (std::size_t a = 0; a < moved; ++a) back[a] = -back[a];
      data_.subtract({list.begin(), list.begin() + static_cast<std::ptrdiff_t>(moved)}, back.data(),
                     residual_.data() + t * data_.rows, poll);
    }
  }
}

void GroupSet::refresh_gradients(Poller& poll) {
  const auto& table = kernels<double>();
  if (!has_gram()) {
    residual_.resize(targets * data_.rows);
    residuals(residual_.data(), poll);
    std::vector<const double*> lines;
    for (std::size_t k = 0; gathered_ && k < columns(); ++k) lines.push_back(set_.column(k));
    for (std::size_t t = 0; t < targets; ++t, poll()) {
      const double* r = residual_.data() + t * data_.rows;
      neg_gradient[t].resize(columns());
      if (gathered_)
        dots(data_.rows, columns(), lines.data(), r, neg_gradient[t].data(), poll);
      else
        data_.some_dots(set_.ids, r, neg_gradient[t].data(), poll);
    }
    return;
  }
  for (std::size_t t = 0; t < targets; ++t, poll()) {
    std::vector<const double*> lines;
    std::vector<double> back;
    for (std::size_t k = 0; k < columns(); ++k)
      if (w[t][k] != 0) lines.push_back(set_.gram(k)), back.push_back(-w[t][k]);
    neg_gradient[t] = correlation[t];
    table.add_columns(columns(), lines.size(), lines.data(), back.data(), neg_gradient[t].data());
  }
}

void GroupSet::residuals(double* r, Poller& poll) const {
  std::copy(data_.all.begin(), data_.all.end(), r);
  for (std::size_t t = 0; t < targets; ++t, r += data_.rows) {
    Columns list;
    std::vector<double> a, back;
    std::vector<const double*> lines;
    for (std::size_t k = 0; k < columns(); ++k)
      if (w[t][k] != 0) {
        list.push_back(set_.ids[k]), a.push_back(w[t][k]);
        if (gathered_) lines.push_back(set_.column(k)), back.push_back(-w[t][k]);
      }
    if (gathered_)
      add_columns(data_.rows, lines.size(), lines.data(), back.data(), r, poll);
    else
      data_.subtract(list, a.data(), r, poll);
  }
}

void GroupSet::set_coefficients(const double* all, Poller& poll) {
  for (std::size_t t = 0; t < targets; ++t)
    for (std::size_t k = 0; k < columns(); ++k) w[t][k] = all[t * data_.cols + set_.ids[k]] + 0.0;
  refresh_gradients(poll);
}

void GroupSet::coefficients(double* all) const {
  std::fill_n(all, targets * data_.cols, 0.0);
  for (std::size_t t = 0; t < targets; ++t)
    for (std::size_t k = 0; k < columns(); ++k) all[t * data_.cols + set_.ids[k]] = w[t][k];
}

}  // namespace proxnet
