// Dense X, row-major or column-major, float or double; the kernels read both layouts, nothing is transposed.
#include <algorithm>

#include "linear/design/design.h"
#include "linear/linalg/thread_work.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

constexpr std::size_t kPiece = 2 << 20;  // elements read between two polls: some milliseconds

template <class T> class DenseDesign final : public Design {
 public:
  explicit DenseDesign(const DenseView<T>& x) : Design(x.rows, x.cols), x_(x) {}

  void all_dots(const double* v, double* out, Poller& poll) const override {
    if (by_columns())
      return in_pieces(cols, poll, [&](std::size_t first, std::size_t last) {
        dots_of(last - first, v, out + first, [&](std::size_t k) { return first + k; });
      });
    std::fill_n(out, cols, 0.0);
    // Threads split the columns, chunks split the rows: each column stays one summation chain over the rows.
    const std::size_t step = std::max<std::size_t>(8, kPiece / std::max<std::size_t>(cols, 1) / 8 * 8);
    for (std::size_t first = 0; first < rows; first += step) {
      const std::size_t count = std::min(step, rows - first);
      parallel_for(team_threads(), cols, std::max<std::size_t>(kThreadNumbers / count, 64),
                   [&](std::size_t begin, std::size_t end) {
                     constexpr std::size_t kWide = 1024;  // of `out`: stays in L1 while rows stream past
                     for (std::size_t j = begin; j < end; j += kWide)
                       k_.add_rows(count, std::min(kWide, end - j), at(first, j), x_.row_stride, v + first, out + j);
                   });
      poll();
    }
  }

  void some_dots(const Columns& list, const double* v, double* out, Poller& poll) const override {
    if (by_columns())
      return in_pieces(list.size(), poll, [&](std::size_t first, std::size_t last) {
        dots_of(last - first, v, out + first, [&](std::size_t k) { return list[first + k]; });
      });
    std::fill_n(out, list.size(), 0.0);
    const std::size_t step = kPiece / std::max<std::size_t>(list.size(), 1) + 8;
    for (std::size_t begin = 0; begin < rows; begin += step, poll()) {
      const std::size_t end = std::min(rows, begin + step);
      parallel_for(team_threads(), list.size(), kThreadEntries / (end - begin) + 1,
                   [&](std::size_t first, std::size_t last) {
                     for (std::size_t i = begin; i < end; ++i) {
                       const T* row = at(i, 0);
                       for (std::size_t k = first; k < last; ++k) out[k] += static_cast<double>(row[list[k]]) * v[i];
                     }
                   });
    }
  }

  void add(const Columns& list, const double* a, double* y, Poller& poll) const override {
    if (list.empty()) return;
    constexpr std::size_t kTerms = 8;  // of a pass over y
    const std::size_t step = std::max<std::size_t>(kPiece / list.size(), 4096),
                      grain = kThreadNumbers / list.size() + 64;
    for (std::size_t from = 0; from < rows; from += step) {
      const std::size_t count = std::min(step, rows - from),
                        columns_per_pass = kPiece / count / kTerms * kTerms + kTerms;
      for (std::size_t k = 0; k < list.size(); k += columns_per_pass, poll())
        parallel_for(team_threads(), count, grain, [&](std::size_t first, std::size_t last) {
          add_part(list, k, std::min(list.size(), k + columns_per_pass), a, from + first, from + last, y);
        });
    }
  }

  double dot(std::size_t j, const double* v) const override {
    double sum = 0;
    if (by_columns()) {
      const T* column = at(0, j);
      k_.dots(rows, 1, &column, v, &sum);
    } else {
      for (std::size_t i = 0; i < rows; ++i) sum += static_cast<double>(*at(i, j)) * v[i];
    }
    return sum;
  }

  void add(std::size_t j, double a, const double* weight, double* y) const override {
    for (std::size_t i = 0; i < rows; ++i) y[i] += a * (weight ? weight[i] : 1.0) * static_cast<double>(*at(i, j));
  }

  void gather(const Columns& list, const double* shift, const double* scale, double* out,
              std::size_t stride) const override {
    const auto put = [&](std::size_t i, std::size_t k) {
      const double x = static_cast<double>(*at(i, list[k])) - shift[k];
      out[k * stride + i] = scale ? scale[i] * x : x;
    };
    if (by_columns())
      for (std::size_t k = 0; k < list.size(); ++k)
        for (std::size_t i = 0; i < rows; ++i) put(i, k);
    else
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t k = 0; k < list.size(); ++k) put(i, k);
  }

  void read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, const double* shift,
                  const double* scale, double* out, std::size_t stride) const override {
    k_.shifted_block(last - first, end - begin, at(first, begin), x_.row_stride, x_.col_stride, shift + begin,
                     scale ? scale + first : nullptr, out + begin, static_cast<std::ptrdiff_t>(stride));
  }

  std::size_t stored() const override { return rows * cols; }

 private:
  bool by_columns() const { return x_.row_stride == 1 && x_.col_stride != 1; }
  const T* at(std::size_t i, std::size_t j) const {
    return x_.data + static_cast<std::ptrdiff_t>(i) * x_.row_stride + static_cast<std::ptrdiff_t>(j) * x_.col_stride;
  }

  // y[first, last) += sum over k in [begin, end) of a[k] * X[:, list[k]]
  void add_part(const Columns& list, std::size_t begin, std::size_t end, const double* a, std::size_t first,
                std::size_t last, double* y) const {
    if (by_columns()) {
      std::vector<const T*> columns(end - begin);
      for (std::size_t k = begin; k < end; ++k) columns[k - begin] = at(first, list[k]);
      return k_.add_columns(last - first, columns.size(), columns.data(), a + begin, y + first);
    }
    for (std::size_t i = first; i < last; ++i) {
      const T* row = at(i, 0);
      double sum = y[i];
      for (std::size_t k = begin; k < end; ++k) sum += static_cast<double>(row[list[k]]) * a[k];
      y[i] = sum;
    }
  }
  template <class F> void in_pieces(std::size_t count, Poller& poll, F&& f) const {
    const std::size_t step = std::max<std::size_t>(kPiece / std::max<std::size_t>(rows, 1), 8);
    for (std::size_t first = 0; first < count; first += step, poll()) f(first, std::min(count, first + step));
  }
  template <class F> void dots_of(std::size_t count, const double* v, double* out, F&& column) const {
    parallel_for(team_threads(), count, kThreadNumbers / rows + 4, [&](std::size_t first, std::size_t last) {
      constexpr std::size_t kGroup = 64;
      const T* columns[kGroup];
      for (std::size_t k = first; k < last; k += kGroup) {
        const std::size_t n = std::min(kGroup, last - k);
        for (std::size_t g = 0; g < n; ++g) columns[g] = at(0, column(k + g));
        k_.dots(rows, n, columns, v, out + k);
      }
    });
  }

  const DenseView<T> x_;
  const KernelTable<T>& k_ = kernels<T>();
};

}  // namespace

template <class T> std::shared_ptr<const Design> make_design(const DenseView<T>& x) {
  check(x.rows > 0 && x.cols > 0, "[design] X must have a row and a column at least, got ", x.rows, " x ", x.cols);
  check(x.row_stride == 1 || x.col_stride == 1, "[design] one stride of X must be 1, got ", x.row_stride, " and ",
        x.col_stride);
  return std::make_shared<DenseDesign<T>>(x);
}
template PROXNET_EXPORT std::shared_ptr<const Design> make_design(const DenseView<float>&);
template PROXNET_EXPORT std::shared_ptr<const Design> make_design(const DenseView<double>&);

}  // namespace proxnet
