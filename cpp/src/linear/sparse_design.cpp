// Sparse X by columns, sorted and without duplicates; rows are turned into columns once.
#include <algorithm>

#include "linear/compressed.h"
#include "linear/design.h"
#include "linear/thread_work.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

template <class T> class SparseDesign final : public Design {
 public:
  explicit SparseDesign(Compressed<T> columns) : Design(columns.across, columns.lines), x_(std::move(columns)) {}

  void all_dots(const double* v, double* out, Poller& poll) const override {
    for_columns(cols, starts_.back(), poll, [&](std::size_t j) { out[j] = dot(j, v); });
  }
  void some_dots(const Columns& list, const double* v, double* out, Poller& poll) const override {
    for_columns(list.size(), starts_.back() / std::max<std::size_t>(cols, 1) * list.size(), poll,
                [&](std::size_t k) { out[k] = dot(list[k], v); });
  }
  void add(const Columns& list, const double* a, double* y) const override {
    for (std::size_t k = 0; k < list.size(); ++k)
      for (std::size_t e = starts_[list[k]]; e < starts_[list[k] + 1]; ++e)
        y[indices_[e]] += a[k] * static_cast<double>(values_[e]);
  }
  double dot(std::size_t j, const double* v) const override {
    double lane[4] = {};  // entry e of the column in lane e mod 4
    std::size_t e = starts_[j];
    const std::size_t end = starts_[j + 1];
    for (; e + 4 <= end; e += 4)
      for (std::size_t k = 0; k < 4; ++k) lane[k] += static_cast<double>(values_[e + k]) * v[indices_[e + k]];
    for (std::size_t k = 0; e < end; ++e, ++k) lane[k] += static_cast<double>(values_[e]) * v[indices_[e]];
    return (lane[0] + lane[2]) + (lane[1] + lane[3]);
  }

  void add(std::size_t j, double a, const double* weight, double* y) const override {
    for (std::size_t e = starts_[j]; e < starts_[j + 1]; ++e)
      y[indices_[e]] += a * (weight ? weight[indices_[e]] : 1.0) * static_cast<double>(values_[e]);
  }
  void gather(const Columns& list, const double* shift, const double* scale, double* out,
              std::size_t stride) const override {
    for (std::size_t k = 0; k < list.size(); ++k) {
      double* column = out + k * stride;
      std::fill_n(column, rows, -shift[k]);
      for (std::size_t e = starts_[list[k]]; e < starts_[list[k] + 1]; ++e)
        column[indices_[e]] += static_cast<double>(values_[e]);
      if (scale)
        for (std::size_t i = 0; i < rows; ++i) column[i] *= scale[i];
    }
  }
  void read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, const double* shift,
                  const double* scale, double* out, std::size_t stride) const override {
    for (std::size_t j = begin; j < end; ++j) {
      for (std::size_t i = first; i < last; ++i) out[(i - first) * stride + j] = -shift[j];
      const auto from = indices_.begin() + static_cast<std::ptrdiff_t>(starts_[j]);
      const auto to = indices_.begin() + static_cast<std::ptrdiff_t>(starts_[j + 1]);
      for (auto at = std::lower_bound(from, to, first); at != to && *at < last; ++at)
        out[(*at - first) * stride + j] += static_cast<double>(values_[at - indices_.begin()]);
      if (scale)
        for (std::size_t i = first; i < last; ++i) out[(i - first) * stride + j] *= scale[i];
    }
  }
  std::size_t stored() const override { return starts_.back(); }

 private:
  template <class F> void for_columns(std::size_t count, std::size_t entries, Poller& poll, F&& f) const {
    const std::size_t each = entries / std::max<std::size_t>(count, 1) + 1;
    const std::size_t step = (1 << 21) / each + 16, grain = kThreadEntries / each + 1;
    for (std::size_t first = 0; first < count; first += step, poll())
      parallel_for(team_threads(), std::min(step, count - first), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = first + begin; k < first + end; ++k) f(k);
      });
  }

  const Compressed<T> x_;
  const std::vector<std::size_t>& starts_ = x_.starts;
  const std::vector<std::uint32_t>& indices_ = x_.indices;
  const T* const values_ = x_.values;
};

}  // namespace

template <class T, class Index> std::shared_ptr<const Design> make_design(const SparseView<T, Index>& x) {
  auto columns = checked_copy(x);
  if (x.by_rows)
    columns = transposed(columns);
  else if (!columns.canonical)
    columns = transposed(transposed(columns));
  else
    return std::make_shared<SparseDesign<T>>(std::move(columns));
  add_duplicates(columns);
  return std::make_shared<SparseDesign<T>>(std::move(columns));
}
template PROXNET_EXPORT std::shared_ptr<const Design> make_design(const SparseView<float, std::int32_t>&);
template PROXNET_EXPORT std::shared_ptr<const Design> make_design(const SparseView<float, std::int64_t>&);
template PROXNET_EXPORT std::shared_ptr<const Design> make_design(const SparseView<double, std::int32_t>&);
template PROXNET_EXPORT std::shared_ptr<const Design> make_design(const SparseView<double, std::int64_t>&);

}  // namespace proxnet
