// A = Q T Q' with T tridiagonal, by Householder reflections. Half of the work are products with the upper half of A,
// read once per column; half are rank-64 updates. The bits do not depend on the number of threads.
#pragma once

#include <vector>

#include "ops/buffer.h"
#include "runtime/poller.h"

namespace proxnet {

class Tridiagonal {
 public:
  // matrix: (size, stride), stride a multiple of kProductPanel; elements and their squares must be finite.
  Tridiagonal(Buffer<double> matrix, std::size_t size, std::size_t stride, Poller& poll);
  // y = Q y, or Q'y, for y (size, width); width is a multiple of kProductPanel.
  void multiply(std::size_t width, double* y, Poller& poll) const { reflect(false, width, y, poll); }
  void multiply_transposed(std::size_t width, double* y, Poller& poll) const { reflect(true, width, y, poll); }

  const std::size_t size;
  std::vector<double> diagonal, off;  // off[k] = T[k, k + 1]

 private:
  friend class HouseholderTridiagonalization;
  void reflect(bool transposed, std::size_t width, double* y, Poller& poll) const;
  const double* reflector(std::size_t k) const { return rows_.data() + k * stride_; }

  const std::size_t stride_;
  Buffer<double> rows_;        // reflector k in place of row k, zero up to its element k
  std::vector<double> scale_;  // reflection k is I - scale_[k] v v'
  Buffer<double> coupling_;    // (panels, kReflectors, kReflectors): the product of a panel's reflections is I - V' C V
};

}  // namespace proxnet
