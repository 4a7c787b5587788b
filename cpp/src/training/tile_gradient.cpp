// Gradients of tiles: directly where all columns are kept, else through the product of a group of kept columns.
#include "training/tile_gradient.h"

#include <utility>

namespace proxnet {

template <class T>
T* TileGradient<T>::kernel(const KernelTable<T>& k, const DenseRun<T>& run, const Panels<T>& w, std::size_t q,
                           std::size_t p, const T* const* near) {
  T* const gradient = pair_ + p % 2 * kSquare;
  if (run.kept.all() && run.kept_inputs().all()) {
    const std::size_t first = p - p % 2;
    const T* weights = w.at(first, q * kPanel<T>);
    if (pair_of_ != weights)
      weight_product<T>(k, w, q, first, std::min(first + 2, w.count()), rows_, run.input().view(),
                        std::as_const(run.gradient).view(), pair_, near);
    pair_of_ = weights;
    return gradient;
  }
  pair_of_ = nullptr;
  const std::size_t rows = std::min(kPanel<T>, w.rows - q * kPanel<T>);
  const typename Kept::Group& group = run.kept.group(p);
  if (run_ != &run || q_ != q || first_ != group.first) fill(k, run, q, group);
  run_ = &run, q_ = q, first_ = group.first;
  k.spread_columns(rows, source_, group_, kRow, run.kept.moves_out(p), gradient);
  return gradient;
}

template <class T>
void TileGradient<T>::fill(const KernelTable<T>& k, const DenseRun<T>& run, std::size_t q,
                           const typename Kept::Group& group) {
  const Kept& inputs = run.kept_inputs();
  const RowPanels<const T> x = run.input().view(), d = std::as_const(run.gradient).view();
  GemmPanel<T> g = {};
  g.depth = rows_, g.a_row = 1, g.a_step = static_cast<std::ptrdiff_t>(x.row_step);
  g.b_step = static_cast<std::ptrdiff_t>(d.row_step), g.c_row = kRow;
  g.b_panel = static_cast<std::ptrdiff_t>(d.panel_step), g.c_panel = kPanel<T>;
  int kept = 0;
  std::size_t first = 0;  // place of the first kept input
  for (std::size_t r = 0; r < kPanel<T>; ++r) {
    const std::size_t i = q * kPanel<T> + r;
    const bool in = i < inputs.columns() && inputs.kept(i);
    if (in && kept == 0) first = inputs.place(i);
    source_[r] = in ? kept++ : -1;
  }
  // The kept inputs of a panel lie side by side, in one panel of x or across the border of two.
  for (std::size_t place = first, last = first + static_cast<std::size_t>(kept), next; place < last; place = next) {
    next = std::min(last, (place / kPanel<T> + 1) * kPanel<T>);
    g.rows = next - place;
    g.a = x.at(place / kPanel<T>, 0) + place % kPanel<T>;
    for (std::size_t i = group.kept_first; i < group.kept_last; i += 2) {
      g.cols = i + 1 < group.kept_last ? kPanel<T> + run.kept.width(i + 1) : run.kept.width(i);
      g.b = d.at(i, 0);
      g.c = group_ + (place - first) * kRow + (i - group.kept_first) * kPanel<T>;
      k.gemm_panel(g);
    }
  }
}

template <class T>
void TileGradient<T>::bias(const KernelTable<T>& k, const DenseRun<T>& run, std::size_t p, T* gradient) {
  const RowPanels<const T> d = std::as_const(run.gradient).view();
  const std::ptrdiff_t step = static_cast<std::ptrdiff_t>(d.row_step);
  std::fill(gradient, gradient + kPanel<T>, T(0));
  if (run.kept.all()) return k.column_sums(rows_, run.output.width(p), d.at(p, 0), step, gradient);
  run_ = nullptr;
  const typename Kept::Group& group = run.kept.group(p);
  for (std::size_t i = group.kept_first; i < group.kept_last; ++i)
    k.column_sums(rows_, run.kept.width(i), d.at(i, 0), step, group_ + (i - group.kept_first) * kPanel<T>);
  const int row = 0;
  k.spread_columns(1, &row, group_, kRow, run.kept.moves_out(p), gradient);
}

template class TileGradient<float>;
template class TileGradient<double>;

}  // namespace proxnet
