// A working set times vectors, and its transpose: columns and rows in blocks that stay in a core's cache while every
// output passes over them.
#include <algorithm>

#include "linear/linalg/thread_work.h"
#include "linear/working_set/glm_set.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

constexpr std::size_t kPollWork = std::size_t{1} << 24;  // numbers read between two polls

}  // namespace

void GlmSet::derivatives(const std::vector<double>& v, double* out, Poller& poll) const {
  if (!gathered()) return data_.some_dots(ids, v.data(), out, poll);
  const std::size_t n = data_.rows, outputs = fit_.outputs;
  // Places by the slots of their columns, in the order of their outputs.
  std::vector<std::size_t> start(slots_ + 1), order(size());
  for (std::size_t s = 0; s < size(); ++s) ++start[slot_[ids[s] % data_.cols] + 1];
  for (std::size_t c = 0; c < slots_; ++c) start[c + 1] += start[c];
  auto next = start;
  for (std::size_t s = 0; s < size(); ++s) order[next[slot_[ids[s] % data_.cols]]++] = s;
  constexpr std::size_t kGroup = 16;
  const std::size_t most = kPollWork / (n * outputs) + kGroup;
  for (std::size_t from = 0; from < slots_; from += most, poll())
    parallel_for(team_threads(), std::min(most, slots_ - from), kThreadNumbers / n / outputs + 4,
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
    const std::size_t blocks = (n + kRows - 1) / kRows, most = kPollWork / (kRows * terms) + 1;
    for (std::size_t from = 0; from < blocks; from += most, poll())
      parallel_for(team_threads(), std::min(most, blocks - from), kThreadNumbers / (kRows * terms) + 1,
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
    const std::size_t most = kPollWork / n + 8;  // columns between two polls
    for (std::size_t first = 0; first < list[k].size(); first += most, poll()) {
      const std::size_t count = std::min(most, list[k].size() - first);
      const auto from = list[k].begin() + static_cast<std::ptrdiff_t>(first);
      data_.x.add(Columns(from, from + static_cast<std::ptrdiff_t>(count)), a[k].data() + first, to, poll);
    }
    if (shift[k] != 0)
      for (std::size_t i = 0; i < n; ++i) to[i] -= shift[k];
  }
}

}  // namespace proxnet
