// Directly if all columns are active, else from the product of a group of active columns.
#include "training/tile_gradient.h"

#include <utility>

namespace proxnet {

template <class T>
T* TileGradient<T>::kernel(const KernelTable<T>& k, const DenseRun<T>& run, const Panels<T>& w, std::size_t q,
                           std::size_t p, const T* const* prefetch) {
  T* const gradient = pair_ + p % 2 * kSquare;
  if (run.active.all() && run.active_inputs().all()) {
    const std::size_t first = p - p % 2;
    const T* weights = w.at(first, q * kPanel<T>);
    if (pair_of_ != weights)
      weight_product<T>(k, w, q, first, std::min(first + 2, w.count()), rows_, run.input().view(),
                        std::as_const(run.gradient).view(), pair_, prefetch);
    pair_of_ = weights;
    return gradient;
  }
  pair_of_ = nullptr;
  const std::size_t rows = std::min(kPanel<T>, w.rows - q * kPanel<T>);
  const typename Columns::Group& group = run.active.group(p);
  if (run_ != &run || q_ != q || first_ != group.first) fill(k, run, q, group);
  run_ = &run, q_ = q, first_ = group.first;
  k.spread_columns(rows, source_, group_, kRow, run.active.scatter_moves(p), gradient);
  return gradient;
}

template <class T>
void TileGradient<T>::fill(const KernelTable<T>& k, const DenseRun<T>& run, std::size_t q,
                           const typename Columns::Group& group) {
  const Columns& inputs = run.active_inputs();
  const RowPanels<const T> x = run.input().view(), d = std::as_const(run.gradient).view();
  GemmPanel<T> g = {};
  g.depth = rows_, g.a_row = 1, g.a_step = static_cast<std::ptrdiff_t>(x.row_step);
  g.b_step = static_cast<std::ptrdiff_t>(d.row_step), g.c_row = kRow;
  g.b_panel = static_cast<std::ptrdiff_t>(d.panel_step), g.c_panel = kPanel<T>;
  int count = 0;
  std::size_t first = 0;  // index of the first active input
  for (std::size_t r = 0; r < kPanel<T>; ++r) {
    const std::size_t i = q * kPanel<T> + r;
    const bool in = i < inputs.columns() && inputs.is_active(i);
    if (in && count == 0) first = inputs.index(i);
    source_[r] = in ? count++ : -1;
  }
  // The active inputs of panel q are adjacent in x, in one or two of its panels.
  for (std::size_t index = first, last = first + static_cast<std::size_t>(count), next; index < last; index = next) {
    next = std::min(last, (index / kPanel<T> + 1) * kPanel<T>);
    g.rows = next - index;
    g.a = x.at(index / kPanel<T>, 0) + index % kPanel<T>;
    for (std::size_t i = group.active_first; i < group.active_last; i += 2) {
      g.cols = i + 1 < group.active_last ? kPanel<T> + run.active.width(i + 1) : run.active.width(i);
      g.b = d.at(i, 0);
      g.c = group_ + (index - first) * kRow + (i - group.active_first) * kPanel<T>;
      k.gemm_panel(g);
    }
  }
}

template <class T>
void TileGradient<T>::bias(const KernelTable<T>& k, const DenseRun<T>& run, std::size_t p, T* gradient) {
  const RowPanels<const T> d = std::as_const(run.gradient).view();
  const std::ptrdiff_t step = static_cast<std::ptrdiff_t>(d.row_step);
  std::fill(gradient, gradient + kPanel<T>, T(0));
  if (run.active.all()) return k.column_sums(rows_, run.output.width(p), d.at(p, 0), step, gradient);
  run_ = nullptr;
  const typename Columns::Group& group = run.active.group(p);
  for (std::size_t i = group.active_first; i < group.active_last; ++i)
    k.column_sums(rows_, run.active.width(i), d.at(i, 0), step, group_ + (i - group.active_first) * kPanel<T>);
  const int row = 0;
  k.spread_columns(1, &row, group_, kRow, run.active.scatter_moves(p), gradient);
}

template class TileGradient<float>;
template class TileGradient<double>;

}  // namespace proxnet
