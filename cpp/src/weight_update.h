// The second half of a step: each tile of weights gets its gradient over the whole batch and, while that is still in
// the L1 cache, the optimizer's proposal and the penalty's prox. The gradient never goes to memory.
#pragma once

#include <atomic>
#include <vector>

#include "network_impl.h"
#include "proxnet/optimizer.h"
#include "tile_gradient.h"

namespace proxnet {

template <class T> class WeightUpdate {
 public:
  explicit WeightUpdate(const NetworkImpl<T>& network, const std::vector<DenseRun<T>*>& layers);

  // This thread's share (`rank` of `size`) of the tiles, for a batch of `rows`. `pause` is called between tiles.
  template <class Pause>
  void run(int rank, int size, std::size_t rows, const StepScalars<T>& scalars, Parameters<T>& parameters,
           const KernelTable<T>& k, Pause&& pause) {
    TileGradient<T> gradients(rows);
    for (std::size_t t = first_tile(rank, size), last = first_tile(rank + 1, size); t < last; ++t) {
      update(tiles_[t], t, gradients, scalars, parameters, k);
      watch(tiles_[t], parameters, k);
      pause();
    }
  }

  // Whether a weight of a dropped unit has moved: no step may follow before the layers plan anew.
  bool revived() const { return revived_.load(std::memory_order_relaxed); }
  void clear_revived() { revived_.store(false, std::memory_order_relaxed); }

  // The penalty of the weights as they were before the last run.
  double penalty(const KernelTable<T>& k) const { return penalised_ ? k.sum(penalties_.size(), penalties_.data()) : 0; }

 private:
  // Where panel `in` of a layer's input meets panel `out` of its output, or panel `out` of its bias (rows == 0). Cut by
  // shape alone, so that sums have the same bits on any team.
  struct Tile {
    std::size_t layer, in, out, rows;
  };
  std::size_t first_tile(int rank, int size) const;
  void update(const Tile& tile, std::size_t index, TileGradient<T>& gradients, const StepScalars<T>& scalars,
              Parameters<T>& parameters, const KernelTable<T>& k);
  // What the layers leave out of their products must still be zero.
  void watch(const Tile& tile, const Parameters<T>& parameters, const KernelTable<T>& k);

  const std::vector<DenseRun<T>*> layers_;
  const int propose_;
  const bool proximal_;
  bool penalised_ = false;
  std::vector<Tile> tiles_;
  std::vector<std::size_t> work_;  // of the tiles up to and including each, in elements
  Buffer<T> penalties_;            // kPanel sums a tile
  std::atomic<bool> revived_{false};
};

}  // namespace proxnet
