// T = S diag(values) S' of a tridiagonal matrix, by the implicit QL method. Rotations of many sweeps are batched, then
// each thread applies them to its own components.
#pragma once

#include <vector>

#include "ops/buffer.h"
#include "runtime/poller.h"

namespace proxnet {

class TridiagonalEigen {
 public:
  // off[k] = T[k, k + 1]. Elements must be about 1 or smaller, so that squares do not overflow and may underflow.
  // Throws InvalidInput if the sweeps do not converge.
  TridiagonalEigen(std::vector<double> diagonal, std::vector<double> off, Poller& poll);

  const std::size_t size, stride;
  std::vector<double> values;  // unordered
  Buffer<double> vectors;      // (size, stride): column k is the eigenvector of values[k]

 private:
  // Rotations of rows [begin, begin + count]; their (c, s) pairs start at turns_[at].
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
