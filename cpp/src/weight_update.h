// The second half of a step: each tile of weights gets its gradient over the whole batch and, while that is still in
// the L1 cache, the optimizer's proposal and the penalty's prox. The gradient never goes to memory.
#pragma once

#include <vector>

#include "dense.h"
#include "network_impl.h"
#include "proxnet/optimizer.h"

namespace proxnet {

template <class T> class WeightUpdate {
 public:
  explicit WeightUpdate(const NetworkImpl<T>& network, const std::vector<DenseRun<T>*>& layers);

  // This thread's share (`rank` of `size`) of the tiles, for a batch of `rows`. `pause` is called between tiles.
  template <class Pause>
  void run(int rank, int size, std::size_t rows, const StepScalars<T>& scalars, Parameters<T>& parameters,
           const KernelTable<T>& k, Pause&& pause) {
    for (std::size_t t = first_tile(rank, size), last = first_tile(rank + 1, size); t < last; ++t) {
      update(tiles_[t], t, rows, scalars, parameters, k);
      pause();
    }
  }

  // The penalty of the weights as they were before the last run.
  double penalty(const KernelTable<T>& k) const { return penalised_ ? k.sum(penalties_.size(), penalties_.data()) : 0; }

 private:
  // Where panel `in` of a layer's input meets panel `out` of its output, or panel `out` of its bias (rows == 0). Cut by
  // shape alone, so that sums have the same bits on any team.
  struct Tile {
    std::size_t layer, in, out, rows;
  };
  std::size_t first_tile(int rank, int size) const;
  void update(const Tile& tile, std::size_t index, std::size_t rows, const StepScalars<T>& scalars,
              Parameters<T>& parameters, const KernelTable<T>& k);

  const std::vector<DenseRun<T>*> layers_;
  // The moving average takes the new weights, and where the step says so their place.
  void average(std::size_t n, const StepScalars<T>& scalars, T* const* state, T* w, const KernelTable<T>& k) const;

  const int propose_;
  const int average_;  // the state that holds the moving average of the weights; -1: none
  const bool proximal_;
  bool penalised_ = false;
  std::vector<Tile> tiles_;
  std::vector<std::size_t> work_;  // of the tiles up to and including each, in elements
  Buffer<T> penalties_;            // kPanel sums a tile
};

}  // namespace proxnet
