#include "linear/group_set.h"

#include <cmath>

#include "runtime/dispatch.h"

namespace proxnet {

GroupSet::GroupSet(const CentredTargets& data, const GroupPenalty& penalty, const std::vector<double>& correlations)
    : targets(data.targets),
      w(data.targets),
      slope(data.targets),
      correlation(data.targets),
      data_(data),
      penalty_(penalty),
      correlations_(correlations),
      first_(correlations.begin(), correlations.begin() + static_cast<std::ptrdiff_t>(data.cols)),
      set_(data, first_, data.cols),
      inside_(penalty.norms.size()) {}

void GroupSet::take(std::size_t group) {
  inside_[group] = true;
  groups.push_back(group);
  std::vector<std::size_t> at;
  for (std::size_t e = penalty_.starts[group]; e < penalty_.starts[group + 1]; ++e)
    at.push_back(set_.place(penalty_.members[e]));
  bounds.push_back(bound_of(at));
  places.push_back(std::move(at));
}

// |B^4|^(1/4) in the Frobenius norm: at most 8th root of the size above the largest eigenvalue.
double GroupSet::bound_of(const std::vector<std::size_t>& at) const {
  const std::size_t m = at.size();
  if (m == 1) return gram(at[0], at[0]);
  std::vector<double> power(m * m), next(m * m);
  for (std::size_t a = 0; a < m; ++a)
    for (std::size_t b = 0; b < m; ++b) power[a * m + b] = gram(at[a], at[b]);
  const auto& k = kernels<double>();
  const double size = std::sqrt(k.dot(m * m, power.data(), power.data()));
  if (!(size > 0) || m > 512) return size;
  for (auto& v : power) v /= size;
  for (int square = 0; square < 2; ++square) {
    for (std::size_t a = 0; a < m; ++a)
      for (std::size_t b = 0; b < m; ++b) next[a * m + b] = k.dot(m, power.data() + a * m, power.data() + b * m);
    power.swap(next);
  }
  return size * std::pow(k.dot(m * m, power.data(), power.data()), 0.125) * (1 + 1e-12);
}

void GroupSet::add(const std::vector<std::size_t>& fresh, Poller& poll) {
  Columns columns;
  for (const std::size_t g : fresh)
    if (!inside_[g])
      columns.insert(columns.end(), penalty_.members.begin() + static_cast<std::ptrdiff_t>(penalty_.starts[g]),
                     penalty_.members.begin() + static_cast<std::ptrdiff_t>(penalty_.starts[g + 1]));
  if (columns.empty()) return;
  gathered_ = data_.x.dense();
  set_.add(columns, poll);
  for (const std::size_t g : fresh) {
    if (!inside_[g]) take(g);
    poll();
  }
  for (std::size_t t = 0; t < targets; ++t) {
    w[t].resize(set_.size()), correlation[t].resize(set_.size());
    for (std::size_t k = 0; k < set_.size(); ++k) correlation[t][k] = correlations_[t * data_.cols + set_.ids[k]];
  }
  refresh_slopes();
}

void GroupSet::add_all(Poller& poll) {
  set_.add_all(poll);
  for (std::size_t g = 0; g < penalty_.norms.size(); ++g, poll()) take(g);
  for (std::size_t t = 0; t < targets; ++t) {
    const auto from = correlations_.begin() + static_cast<std::ptrdiff_t>(t * data_.cols);
    correlation[t].assign(from, from + static_cast<std::ptrdiff_t>(data_.cols));
    w[t].assign(data_.cols, 0.0);
  }
  refresh_slopes();
}

void GroupSet::read(const std::vector<std::vector<double>>& from, std::size_t k, double* v) const {
  for (const std::size_t at : places[k])
    for (std::size_t t = 0; t < targets; ++t) *v++ = from[t][at];
}

void GroupSet::move(std::size_t k, const double* old, const double* next) {
  const auto& table = kernels<double>();
  std::vector<const double*> lines;
  std::vector<double> back;
  for (std::size_t t = 0; t < targets; ++t) {
    lines.clear(), back.clear();
    for (std::size_t a = 0; a < places[k].size(); ++a) {
      const std::size_t e = a * targets + t;
      w[t][places[k][a]] = next[e];
      if (next[e] != old[e]) lines.push_back(set_.gram(places[k][a])), back.push_back(old[e] - next[e]);
    }
    table.add_columns(columns(), lines.size(), lines.data(), back.data(), slope[t].data());
  }
}

void GroupSet::refresh_slopes() {
  const auto& table = kernels<double>();
  for (std::size_t t = 0; t < targets; ++t) {
    std::vector<const double*> lines;
    std::vector<double> back;
    for (std::size_t k = 0; k < columns(); ++k)
      if (w[t][k] != 0) lines.push_back(set_.gram(k)), back.push_back(-w[t][k]);
    slope[t] = correlation[t];
    table.add_columns(columns(), lines.size(), lines.data(), back.data(), slope[t].data());
  }
}

void GroupSet::residuals(double* r) const {
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
      kernels<double>().add_columns(data_.rows, lines.size(), lines.data(), back.data(), r);
    else
      data_.subtract(list, a.data(), r);
  }
}

void GroupSet::set_coefficients(const double* all) {
  for (std::size_t t = 0; t < targets; ++t)
    for (std::size_t k = 0; k < columns(); ++k) w[t][k] = all[t * data_.cols + set_.ids[k]] + 0.0;
  refresh_slopes();
}

void GroupSet::coefficients(double* all) const {
  std::fill_n(all, targets * data_.cols, 0.0);
  for (std::size_t t = 0; t < targets; ++t)
    for (std::size_t k = 0; k < columns(); ++k) all[t * data_.cols + set_.ids[k]] = w[t][k];
}

}  // namespace proxnet
