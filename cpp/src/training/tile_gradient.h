// One thread's way to the gradient of one tile of weights after another.
#pragma once

#include "layers/dense.h"

namespace proxnet {

template <class T> class TileGradient {
 public:
  explicit TileGradient(std::size_t batch_rows) : rows_(batch_rows) {}

  // The gradient where panel q of the layer's inputs meets panel p of its units: rows of kPanel, zero beyond the units.
  // It may be written, and stands until the next call but one: panels 2 i and 2 i + 1 are found together. `near`: rows
  // wanted next, as in GemmPanel.
  T* kernel(const KernelTable<T>& k, const DenseRun<T>& run, const Panels<T>& w, std::size_t q, std::size_t p,
            const T* const* near);
  // Of panel p of the bias.
  void bias(const KernelTable<T>& k, const DenseRun<T>& run, std::size_t p, T* gradient);

 private:
  using Kept = KeptColumns<T>;
  static constexpr std::size_t kRow = Kept::kGroupColumns + kRowPad<T>;  // the vectors of a group's end spill over
  void fill(const KernelTable<T>& k, const DenseRun<T>& run, std::size_t q, const typename Kept::Group& group);

  static constexpr std::size_t kSquare = kPanel<T> * kPanel<T>;

  const std::size_t rows_;
  const T* pair_of_ = nullptr;  // where the weights of the first square of pair_ begin
  alignas(64) T pair_[2 * kSquare];
  // The product of the kept rows of panel q with a whole group of kept columns, for the tiles of that group in turn.
  const DenseRun<T>* run_ = nullptr;
  std::size_t q_ = 0, first_ = 0;
  int source_[kPanel<T>];  // of each row of the panel: its row in group_, -1 for a dropped input
  alignas(64) T group_[kPanel<T> * kRow + kRowPad<T>];
};

}  // namespace proxnet
