// The second half of a step for batch normalization: gamma and beta go through the optimizer and the penalty's prox as
// kernels do, the moving statistics follow the batch's.
#pragma once

#include <vector>

#include "batch_norm.h"
#include "network_impl.h"

namespace proxnet {

template <class T> class NormUpdate {
 public:
  NormUpdate(const NetworkImpl<T>& network, const std::vector<BatchNormRun<T>*>& layers);

  // This thread's share (`rank` of `size`) of the panels.
  void run(int rank, int size, const StepScalars<T>& scalars, Parameters<T>& parameters, const KernelTable<T>& k);

  // The penalty of gamma and beta as they were before the last run.
  double penalty(const KernelTable<T>& k) const { return penalised_ ? k.sum(penalties_.size(), penalties_.data()) : 0; }

 private:
  struct Tile {
    std::size_t layer, panel;
  };
  // One panel of gamma or beta.
  void step(const Penalty& penalty, const T* gradient, T* w, std::vector<Buffer<T>>& state, std::size_t offset, T* sums,
            const StepScalars<T>& scalars, const KernelTable<T>& k) const;

  const std::vector<BatchNormRun<T>*> layers_;
  const int propose_;
  const bool proximal_;
  bool penalised_ = false;
  std::vector<Tile> tiles_;
  Buffer<T> penalties_;  // 2 kPanel sums a tile
};

}  // namespace proxnet
