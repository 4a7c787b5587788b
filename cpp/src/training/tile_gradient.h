// The gradients of tiles of weights, one after another in one thread.
#pragma once

#include "layers/dense.h"

namespace proxnet {

template <class T> class TileGradient {
 public:
  explicit TileGradient(std::size_t batch_rows) : rows_(batch_rows) {}

  // (kPanel, kPanel) block of the kernel's gradient: panel q of the inputs, panel p of the units, zero beyond the
  // units. The caller may overwrite it. Panels 2 i and 2 i + 1 are computed together, and valid until the next pair.
  // `prefetch`: as in GemmPanel.
  T* kernel(const KernelTable<T>& k, const DenseRun<T>& run, const Panels<T>& w, std::size_t q, std::size_t p,
            const T* const* prefetch);
  // The gradient of panel p of the bias.
  void bias(const KernelTable<T>& k, const DenseRun<T>& run, std::size_t p, T* gradient);

 private:
  using Columns = ActiveColumns<T>;
  static constexpr std::size_t kRow = Columns::kGroupColumns + kRowPad<T>;  // vector stores at a group's end spill over
  void fill(const KernelTable<T>& k, const DenseRun<T>& run, std::size_t q, const typename Columns::Group& group);

  static constexpr std::size_t kSquare = kPanel<T> * kPanel<T>;

  const std::size_t rows_;
  const T* pair_of_ = nullptr;  // the weights that pair_ is the gradient of
  alignas(64) T pair_[2 * kSquare];
  // The gradient of the active rows of panel q and all active columns of a group, from which tiles are spread.
  const DenseRun<T>* run_ = nullptr;
  std::size_t q_ = 0, first_ = 0;
  int source_[kPanel<T>];  // row of the panel -> row of group_; -1: pruned input
  alignas(64) T group_[kPanel<T> * kRow + kRowPad<T>];
};

}  // namespace proxnet
