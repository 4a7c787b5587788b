// T = S diag(values) S' of a matrix with one diagonal beside the main one, by the implicit QL method; the rotations of
// many sweeps are put off, then each thread makes them on components of its own.
#pragma once

#include <vector>

#include "ops/buffer.h"
#include "runtime/poller.h"

namespace proxnet {

class TridiagonalEigen {
 public:
  // off[k] stands beside diagonal[k] and diagonal[k + 1]; both near 1 or smaller, so that squares neither overflow nor
  // matter where they vanish. Throws InvalidInput where the sweeps do not end.
  TridiagonalEigen(std::vector<double> diagonal, std::vector<double> off, Poller& poll);

  const std::size_t size, stride;
  std::vector<double> values;  // in no order
  Buffer<double> vectors;      // (size, stride): column k of S belongs to values[k]

 private:
  // Turns of rows begin .. begin + count, (c, s) from turns_[at] on.
  struct Sweep {
    std::size_t begin, count, at;
  };
  void sweep(std::size_t l, std::size_t m);
  void rotate(Poller& poll);

  std::vector<double> off_, turns_;
  std::vector<Sweep> sweeps_;
  Buffer<double> components_;  // (chunks, size, kWide): rows are eigenvectors
};

}  // namespace proxnet
