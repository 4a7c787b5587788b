// The gradient of a whole step, kept where the step must know it all before the first weight moves: clipping by norm.
#pragma once

#include <vector>

#include "layers/parameters.h"

namespace proxnet {

template <class T> class GradientBuffer {
 public:
  GradientBuffer() = default;
  // `first_tiles`: the first tile of each array, as numbered in Parameters, and one past the last.
  // Takes no memory unless the optimizer clips by norm.
  GradientBuffer(const Optimizer& optimizer, const Parameters<T>& parameters, std::vector<std::size_t> first_tiles);

  bool empty() const { return values_.empty(); }
  // Laid out as the array itself.
  T* at(std::size_t array, std::size_t offset) { return values_[array].data() + offset; }
  // After `at` is written: the tile's part of the norm.
  void add(std::size_t tile, std::size_t count, const T* gradient, const KernelTable<T>& k) {
    squares_[tile] = k.dot(count, gradient, gradient);
  }
  // By what the clipping multiplies the gradient of an array, once all is added: sums in the order of the tiles.
  double scale(std::size_t array) const;

 private:
  double norm_ = 0, global_norm_ = 0;
  std::vector<std::size_t> first_tiles_;
  std::vector<Buffer<T>> values_;
  std::vector<double> squares_;  // one a tile
};

}  // namespace proxnet
