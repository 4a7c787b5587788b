// The activations of a batch after one layer, (rows, cols). Zero until written.
#pragma once

#include <numeric>
#include <vector>

#include "kernels/kernel_table.h"
#include "ops/buffer.h"
#include "proxnet/rows.h"

namespace proxnet {

// Rows per block of a forward pass without training: a multiple of every register tile and of kRowGroup, small enough
// for the L2 cache.
constexpr std::size_t kInferenceRows = 96;

// kPanels: panels of kPanel columns, so that a tile of a product reads few pages. kRows: contiguous rows, for softmax
// and losses.
enum class Layout { kPanels, kRows };

template <class T> class Activations {
 public:
  Activations() = default;
  Activations(std::size_t rows, std::size_t width, Layout layout) : cols(width) {
    static_assert(RowPanels<T>::kWidth == kPanel<T>);
    if (layout == Layout::kPanels) {
      // An odd number of cache lines per panel: the panels of a row fall into different cache sets.
      row_step_ = kPanel<T>;
      panel_step_ = rows * kPanel<T> + kRowPad<T>;
      values_ = Buffer<T>(panels() * panel_step_);
    } else {
      row_step_ = ((width + kRowPad<T> - 1) / kRowPad<T> | 1) * kRowPad<T>;
      panel_step_ = kPanel<T>;
      values_ = Buffer<T>(rows * row_step_);
    }
  }

  std::size_t panels() const { return (cols + kPanel<T> - 1) / kPanel<T>; }
  std::size_t width(std::size_t p) const { return p + 1 < panels() ? kPanel<T> : cols - p * kPanel<T>; }
  RowPanels<T> view(std::size_t row = 0) { return RowPanels<T>{values_.data(), row_step_, panel_step_}.from(row); }
  RowPanels<const T> view(std::size_t row = 0) const {
    return RowPanels<const T>{values_.data(), row_step_, panel_step_}.from(row);
  }
  // Layout::kRows only.
  T* row(std::size_t i) { return values_.data() + i * row_step_; }
  const T* row(std::size_t i) const { return values_.data() + i * row_step_; }
  MatrixView<T> matrix(std::size_t first, std::size_t count) { return {row(first), count, cols, row_step_}; }
  // Layout::kPanels only: whether rows [first, first + count) are finite.
  bool finite(const KernelTable<T>& k, std::size_t first, std::size_t count) const {
    for (std::size_t p = 0; p < panels(); ++p)
      if (!k.all_finite(count * kPanel<T>, view(first).at(p, 0))) return false;
    return true;
  }
  std::size_t row_step() const { return row_step_; }
  std::ptrdiff_t step() const { return static_cast<std::ptrdiff_t>(row_step_); }

  std::size_t cols = 0;

 private:
  std::size_t row_step_ = 0, panel_step_ = 0;
  Buffer<T> values_;
};

// out[r] = x[first + r], r < count
template <class T>
void gather_range(const RowSource<T>& x, std::size_t first, std::size_t count, RowPanels<T> out) {
  std::vector<std::size_t> index(count);
  std::iota(index.begin(), index.end(), first);
  x.gather(index.data(), count, out);
}

}  // namespace proxnet
