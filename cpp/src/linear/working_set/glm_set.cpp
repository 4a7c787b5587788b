#include "linear/working_set/glm_set.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "linear/linalg/small_inverse.h"
#include "linear/linalg/thread_work.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

GlmSet::GlmSet(const GlmData& data, const Datafit& fit)
    : data_(data),
      fit_(fit),
      column_step_(round_up(data.rows, kRowPad<double>)),
      each_(data.directions()),
      intercepts_(each_ * std::max<std::size_t>(fit.outputs - 1, 1)),
      eliminated_(intercepts_ + !fit.coupling.empty()),
      index_(data.cols * fit.outputs, kOutside),
      slot_(data.cols, kOutside) {}

void GlmSet::add(const Columns& coefficients, Poller& poll) {
  for (const std::size_t id : coefficients) {
    if (has(id)) continue;
    index_[id] = size(), ids.push_back(id);
    auto& slot = slot_[id % data_.cols];
    if (slot == kOutside) slot = columns_wanted_.size(), columns_wanted_.push_back(id % data_.cols);
  }
  w.resize(size()), neg_gradient.resize(size());
  poll();
}

void GlmSet::gather(Poller& poll) {
  const std::size_t wanted = columns_wanted_.size();
  if (!data_.x.dense() || slots_ == wanted) return;
  if (wanted * column_step_ > columns_.size()) {
    Buffer<double> larger(std::max(wanted, std::min(2 * slots_, data_.cols)) * column_step_);
    for (std::size_t c = 0; c < slots_; ++c, poll())
      std::copy_n(columns_.data() + c * column_step_, column_step_, larger.data() + c * column_step_);
    columns_ = std::move(larger);
  }
  // 8 (a cache line) to 64 columns between two polls.
  const std::size_t columns_per_pass = std::clamp<std::size_t>((std::size_t{1} << 22) / data_.rows, 8, 64);
  for (; slots_ < wanted; poll()) {
    const auto from = columns_wanted_.begin() + static_cast<std::ptrdiff_t>(slots_);
    const Columns group(from, from + static_cast<std::ptrdiff_t>(std::min(columns_per_pass, wanted - slots_)));
    std::vector<double> shift;
    for (const std::size_t j : group) shift.push_back(data_.mean[j]);
    data_.x.gather(group, shift.data(), nullptr, columns_.data() + slots_ * column_step_, column_step_);
    slots_ += group.size();
  }
}

double GlmSet::drift() const {
  if (hessian_state_.empty()) return std::numeric_limits<double>::infinity();
  double moved = 0, total = 0;
  std::vector<double> now(data_.rows), then(data_.rows);
  for (std::size_t k = 0; k < fit_.outputs; ++k) {
    fit_.curvature(fit_.hessian_state, k, k, now.data());
    fit_.curvature(hessian_state_, k, k, then.data());
    for (std::size_t i = 0; i < data_.rows; ++i) moved += std::fabs(now[i] - then[i]), total += then[i];
  }
  return moved > 0 ? moved / total : 0;
}

void GlmSet::refresh(Poller& poll) {
  hessian_state_ = fit_.hessian_state, coupling_ = fit_.coupling, filled_ = 0;
  std::vector<double> own(eliminated_ * eliminated_, 1.0), second(data_.rows),
      scratch;  // 1: the Hessian entry of the fitted scale
  const std::size_t outputs = each_ == 0 ? 0 : intercepts_ / each_;
  for (std::size_t k = 0; k < outputs; ++k)
    for (std::size_t m = 0; m < outputs; ++m) {
      fit_.curvature(hessian_state_, k, m, second.data());
      for (std::size_t d = 0; d < each_; ++d, poll())
        data_.along(data_.times(d, second.data(), scratch), own.data() + (k * each_ + d) * eliminated_ + m * each_);
    }
  if (eliminated_ > intercepts_) {
    double* last = own.data() + intercepts_ * eliminated_;
    data_.along(coupling_.data(), last);
    for (std::size_t f = 0; f < intercepts_; ++f) own[f * eliminated_ + intercepts_] = last[f];
  }
  inverse_ = inverse(std::move(own), eliminated_, poll);
  complete(poll);
}

void GlmSet::complete(Poller& poll) {
  if (filled_ == size()) return;
  gather(poll);
  if (size() > capacity_) {
    const std::size_t next = round_up(std::max(size(), std::min(2 * capacity_, index_.size())), kRowPad<double>);
    Buffer<double> larger(next * next);
    for (std::size_t s = 0; s < filled_; ++s, poll()) std::copy_n(gram(s), filled_, larger.data() + s * next);
    gram_ = std::move(larger), capacity_ = next;
  }
  fill(filled_, poll);
  filled_ = size();
}

std::vector<std::size_t> GlmSet::of_output(std::size_t k, std::size_t first) const {
  std::vector<std::size_t> at;
  for (std::size_t s = first; s < size(); ++s)
    if (output(s) == k) at.push_back(s);
  return at;
}

void GlmSet::fill(std::size_t first, Poller& poll) {
  std::vector<double> second(data_.rows), scratch;
  crossed_.resize(size() * eliminated_), solved_.resize(size() * eliminated_);
  for (std::size_t k = 0; k < fit_.outputs; ++k) {
    const auto added = of_output(k, first);
    if (added.empty()) continue;
    Columns columns;
    for (const std::size_t s : added) columns.push_back(ids[s] % data_.cols);
    for (std::size_t m = 0; m < fit_.outputs; ++m) {
      fit_.curvature(hessian_state_, k, m, second.data());
      const auto others = of_output(m, 0);
      if (data_.x.dense())
        fill_dense(added, others, second.data(), poll);
      else
        fill_sparse(added, others, second.data(), poll);
      for (std::size_t d = 0; d < each_ && m * each_ < intercepts_; ++d)
        cross(added, columns, data_.times(d, second.data(), scratch), m * each_ + d, poll);
    }
    if (eliminated_ > intercepts_) cross(added, columns, coupling_.data(), intercepts_, poll);
  }
  eliminate(first, poll);
}

void GlmSet::cross(const std::vector<std::size_t>& added, const Columns& columns, const double* second, std::size_t m,
                   Poller& poll) {
  std::vector<double> sums(added.size());
  if (data_.x.dense())
    for (std::size_t c = 0; c < added.size(); ++c, poll()) {
      const double* own = column(added[c]);
      kernels<double>().dots(data_.rows, 1, &own, second, &sums[c]);
    }
  else
    data_.x.some_dots(columns, second, sums.data(), poll);
  for (std::size_t c = 0; c < added.size(); ++c) crossed_[added[c] * eliminated_ + m] = sums[c];
}

// Columns times the weights `second`, a chunk at a time, against the columns of lower index.
void GlmSet::fill_dense(const std::vector<std::size_t>& added, const std::vector<std::size_t>& others,
                        const double* second, Poller& poll) {
  const auto& table = kernels<double>();
  constexpr std::size_t kGroup = 32;
  const std::size_t n = data_.rows;
  const std::size_t chunk = std::clamp<std::size_t>((std::size_t{1} << 22) / n, 8, 64);
  Buffer<double> scaled(chunk * column_step_);
  for (std::size_t c = 0; c < added.size(); c += chunk, poll()) {
    const std::size_t count = std::min(chunk, added.size() - c);
    std::vector<const double*> right(count);
    for (std::size_t q = 0; q < count; ++q) right[q] = scaled.data() + q * column_step_;
    parallel_for(team_threads(), count, kThreadNumbers / n + 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t q = begin; q < end; ++q) {
        const double* from = column(added[c + q]);
        double* to = scaled.data() + q * column_step_;
        for (std::size_t i = 0; i < n; ++i) to[i] = second[i] * from[i];
      }
    });
    const auto end_of = std::upper_bound(others.begin(), others.end(), added[c + count - 1]);
    const auto lower = static_cast<std::size_t>(end_of - others.begin());
    const std::size_t groups = (lower + kGroup - 1) / kGroup;
    const std::size_t groups_per_poll = (std::size_t{1} << 28) / (count * n * kGroup) + 1;  // groups between two polls
    for (std::size_t from = 0; from < groups; from += groups_per_poll, poll())
      parallel_for(team_threads(), std::min(groups_per_poll, groups - from), kThreadProducts / (count * n * kGroup) + 1,
                   [&](std::size_t begin, std::size_t end) {
                     double tile[kGroup * 64];
                     for (std::size_t p = (from + begin) * kGroup; p < std::min((from + end) * kGroup, lower);
                          p += kGroup) {
                       const std::size_t some = std::min(kGroup, lower - p);
                       const double* left[kGroup];
                       for (std::size_t r = 0; r < some; ++r) left[r] = column(others[p + r]);
                       table.pair_dots(n, some, left, count, right.data(), tile, 64);
                       for (std::size_t q = 0; q < count; ++q)
                         for (std::size_t r = 0; r < some; ++r)
                           if (others[p + r] <= added[c + q])
                             gram_[added[c + q] * capacity_ + others[p + r]] = tile[r * 64 + q];
                     }
                   });
  }
}

void GlmSet::fill_sparse(const std::vector<std::size_t>& added, const std::vector<std::size_t>& others,
                         const double* second, Poller& poll) {
  const double entries = static_cast<double>(data_.x.stored()) / static_cast<double>(data_.cols);
  const bool pays = static_cast<double>(added.size() * others.size()) * entries > 2 * kThreadEntries;
  const auto polled = static_cast<std::size_t>(1e6 / (entries + 1)) + 1;  // columns between two polls
  run_team(pays ? team_threads() : 1, [&](Member& member) {
    std::vector<double> scaled(data_.rows);
    // Interleaved: later indices have more entries below them.
    for (auto q = static_cast<std::size_t>(member.rank); q < added.size(); q += static_cast<std::size_t>(member.size)) {
      const std::size_t j = ids[added[q]] % data_.cols;
      data_.x.add(j, 1, second, scaled.data());
      for (std::size_t k = 0; k < others.size() && others[k] <= added[q]; ++k) {
        gram_[added[q] * capacity_ + others[k]] = data_.x.dot(ids[others[k]] % data_.cols, scaled.data());
        if (k % polled > 0) continue;
        member.checkpoint();
        if (member.rank == 0) poll();
      }
      data_.x.add(j, -1, second, scaled.data());  // exactly zeros again
    }
  });
}

// Schur complement: gram -= crossed inverse crossed', a vanishing diagonal set to exactly zero; then the upper
// triangle.
void GlmSet::eliminate(std::size_t first, Poller& poll) {
  for (std::size_t a = first; a < size(); ++a, poll()) {
    for (std::size_t k = 0; k < eliminated_; ++k) {
      double sum = 0;
      for (std::size_t m = 0; m < eliminated_; ++m)
        sum += inverse_[k * eliminated_ + m] * crossed_[a * eliminated_ + m];
      solved_[a * eliminated_ + k] = sum;
    }
    double* own = gram_.data() + a * capacity_;
    const double diagonal = own[a];
    for (std::size_t b = 0; b <= a; ++b)
      for (std::size_t k = 0; k < eliminated_; ++k)
        own[b] -= solved_[a * eliminated_ + k] * crossed_[b * eliminated_ + k];
    if (own[a] <= 1e-13 * diagonal) std::fill_n(own, a + 1, 0.0);
  }
  for (std::size_t a = first; a < size(); ++a, poll())
    for (std::size_t b = 0; b < a; ++b) gram_[b * capacity_ + a] = gram_[a * capacity_ + b];
}

void GlmSet::variances(const std::vector<std::vector<double>>& second, double* out, Poller& poll) const {
  std::vector<double> scaled(data_.rows);
  for (std::size_t s = 0; s < size(); ++s, poll()) {
    const double* weight = second[output(s)].data();
    const std::size_t j = ids[s] % data_.cols;
    if (gathered()) {
      const double* x = column(s);
      for (std::size_t i = 0; i < data_.rows; ++i) scaled[i] = weight[i] * x[i];
      out[s] = kernels<double>().dot(data_.rows, scaled.data(), x);
    } else {
      data_.x.add(j, 1, weight, scaled.data());
      out[s] = data_.x.dot(j, scaled.data());
      data_.x.add(j, -1, weight, scaled.data());  // exactly zeros again
    }
  }
}

std::vector<double> GlmSet::intercept_step(const std::vector<std::size_t>& at, const std::vector<double>& step) const {
  std::vector<double> b(each_ * fit_.outputs);
  for (std::size_t s = 0; s < at.size(); ++s)
    for (std::size_t k = 0; k < intercepts_; ++k) b[k] -= solved_[at[s] * eliminated_ + k] * step[s];
  return b;
}

namespace {

constexpr std::size_t kPollWork = std::size_t{1} << 24;  // elements read between two polls

}  // namespace

void GlmSet::derivatives(const std::vector<double>& v, double* out, Poller& poll) const {
  if (!gathered()) return data_.some_dots(ids, v.data(), out, poll);
  const std::size_t n = data_.rows, outputs = fit_.outputs;
  // Indices sorted by the slots of their columns, then by output.
  std::vector<std::size_t> start(slots_ + 1), order(size());
  for (std::size_t s = 0; s < size(); ++s) ++start[slot_[ids[s] % data_.cols] + 1];
  for (std::size_t c = 0; c < slots_; ++c) start[c + 1] += start[c];
  auto next = start;
  for (std::size_t s = 0; s < size(); ++s) order[next[slot_[ids[s] % data_.cols]]++] = s;
  constexpr std::size_t kGroup = 16;
  const std::size_t columns_per_poll = kPollWork / (n * outputs) + kGroup;
  for (std::size_t from = 0; from < slots_; from += columns_per_poll, poll())
    parallel_for(team_threads(), std::min(columns_per_poll, slots_ - from), kThreadNumbers / n / outputs + 4,
                 [&](std::size_t begin, std::size_t end) {
                   std::vector<const double*> columns;
                   std::vector<std::size_t> indices;
                   std::vector<double> dots(kGroup);
                   for (std::size_t c = from + begin; c < from + end; c += kGroup)
                     for (std::size_t k = 0; k < outputs; ++k, columns.clear(), indices.clear()) {
                       for (std::size_t i = start[c]; i < start[std::min(c + kGroup, from + end)]; ++i)
                         if (output(order[i]) == k) columns.push_back(column(order[i])), indices.push_back(order[i]);
                       kernels<double>().dots(n, columns.size(), columns.data(), v.data() + k * n, dots.data());
                       for (std::size_t i = 0; i < indices.size(); ++i) out[indices[i]] = dots[i];
                     }
                 });
}

void GlmSet::predictions(const std::vector<std::size_t>& at, const std::vector<double>& step, double* z,
                         Poller& poll) const {
  const std::size_t n = data_.rows, outputs = fit_.outputs;
  std::vector<std::vector<const double*>> columns(outputs);
  std::vector<Columns> list(outputs);
  std::vector<std::vector<double>> a(outputs);
  std::vector<double> shift(outputs);
  std::size_t terms = 0;
  for (std::size_t s = 0; s < at.size(); ++s) {
    if (step[s] == 0) continue;
    const std::size_t k = output(at[s]), j = ids[at[s]] % data_.cols;
    a[k].push_back(step[s]), list[k].push_back(j), shift[k] += data_.mean[j] * step[s], ++terms;
    if (gathered()) columns[k].push_back(column(at[s]));
  }
  if (terms == 0) return;
  if (gathered()) {
    constexpr std::size_t kRows = 128;
    const std::size_t blocks = (n + kRows - 1) / kRows, blocks_per_poll = kPollWork / (kRows * terms) + 1;
    for (std::size_t from = 0; from < blocks; from += blocks_per_poll, poll())
      parallel_for(team_threads(), std::min(blocks_per_poll, blocks - from), kThreadNumbers / (kRows * terms) + 1,
                   [&](std::size_t begin, std::size_t end) {
                     std::vector<const double*> part;
                     for (std::size_t block = from + begin; block < from + end; ++block)
                       for (std::size_t k = 0; k < outputs; ++k) {
                         const std::size_t first = block * kRows;
                         part = columns[k];
                         for (auto& p : part) p += first;
                         kernels<double>().add_columns(std::min(kRows, n - first), part.size(), part.data(),
                                                       a[k].data(), z + k * n + first);
                       }
                   });
    return;
  }
  for (std::size_t k = 0; k < outputs; ++k) {
    double* to = z + k * n;
    const std::size_t columns_per_poll = kPollWork / n + 8;  // columns between two polls
    for (std::size_t first = 0; first < list[k].size(); first += columns_per_poll, poll()) {
      const std::size_t count = std::min(columns_per_poll, list[k].size() - first);
      const auto from = list[k].begin() + static_cast<std::ptrdiff_t>(first);
      data_.x.add(Columns(from, from + static_cast<std::ptrdiff_t>(count)), a[k].data() + first, to, poll);
    }
    if (shift[k] != 0)
      for (std::size_t i = 0; i < n; ++i) to[i] -= shift[k];
  }
}

}  // namespace proxnet
