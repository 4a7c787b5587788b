// The gradient of a step in memory, for clipping by norm: the norm must be known before the first weight moves.
#pragma once

#include <vector>

#include "layers/parameters.h"

namespace proxnet {

template <class T> class GradientBuffer {
 public:
  GradientBuffer() = default;
  // `first_tiles`: the first tile of each array, as numbered in Parameters, and the number of tiles. Empty unless the
  // optimizer clips by norm.
  GradientBuffer(const Optimizer& optimizer, const Parameters<T>& parameters, std::vector<std::size_t> first_tiles);

  bool empty() const { return values_.empty(); }
  // In the array's layout.
  T* at(std::size_t array, std::size_t offset) { return values_[array].data() + offset; }
  // Adds a tile's squares to the norm, after at() is written.
  void add(std::size_t tile, std::size_t count, const T* gradient, const KernelTable<T>& k) {
    squares_[tile] = k.dot(count, gradient, gradient);
  }
  // min(1, limit / norm) for the gradient of an array, after all tiles; squares are added in the order of the tiles.
  double scale(std::size_t array) const;

 private:
  double norm_ = 0, global_norm_ = 0;
  std::vector<std::size_t> first_tiles_;
  std::vector<Buffer<T>> values_;
  std::vector<double> squares_;  // per tile
};

}  // namespace proxnet
