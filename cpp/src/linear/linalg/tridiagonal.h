// A symmetric matrix as Q T Q', T with one diagonal beside the main one, by Householder's reflections. Half of the work
// are products with the upper half of the matrix, read once a column; half are updates by 64 outer products at a time.
// The same bits for any number of threads.
#pragma once

#include <vector>

#include "ops/buffer.h"
#include "runtime/poller.h"

namespace proxnet {

class Tridiagonal {
 public:
  // matrix: rows of `stride` numbers, a multiple of kProductPanel, finite, their squares too.
  Tridiagonal(Buffer<double> matrix, std::size_t size, std::size_t stride, Poller& poll);
  // y (size, width) becomes Q y, or Q'y; width is a multiple of kProductPanel.
  void multiply(std::size_t width, double* y, Poller& poll) const { reflect(false, width, y, poll); }
  void multiply_transposed(std::size_t width, double* y, Poller& poll) const { reflect(true, width, y, poll); }

  const std::size_t size;
  std::vector<double> diagonal, off;  // off[k] stands beside diagonal[k] and diagonal[k + 1]

 private:
  friend class HouseholderTridiagonalization;
  void reflect(bool transposed, std::size_t width, double* y, Poller& poll) const;
  const double* reflector(std::size_t k) const { return rows_.data() + k * stride_; }

  const std::size_t stride_;
  Buffer<double> rows_;        // what was row k of the matrix: reflector k, zero up to its element k
  std::vector<double> scale_;  // reflection k is I - scale_[k] v v'
  Buffer<double> coupling_;    // (panels, kReflectors, kReflectors): the reflections of a panel are I - V' C V
};

}  // namespace proxnet
