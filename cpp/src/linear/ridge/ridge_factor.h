// Cholesky factor of a ridge system's matrix plus a strength.
#pragma once

#include <numeric>

#include "linear/ridge/ridge_system.h"
#include "linear/working_set/cholesky.h"

namespace proxnet {

class RidgeFactor {
 public:
  // Moves the system's matrix in; give_back() moves it out again.
  explicit RidgeFactor(RidgeMatrix& system) : matrix_(system), factor_(1) {}
  void give_back(RidgeMatrix& system) { system.matrix = matrix_.release(); }
  // strength: already times matrix_scale. Returns whether the sum is positive definite beyond rounding.
  bool factor(double strength, Poller& poll) {
    factor_.factor(matrix_, matrix_.ids, std::vector<double>(matrix_.ids.size(), strength), poll);
    return factor_.definite();
  }
  std::vector<double> solve(const std::vector<double>& right) const { return factor_.solve(right); }

 private:
  class Symmetric final : public Quadratic {
   public:
    explicit Symmetric(RidgeMatrix& system) {
      gram_ = std::move(system.matrix), capacity_ = system.stride;
      ids.resize(system.size);
      std::iota(ids.begin(), ids.end(), std::size_t{0});
    }
    Buffer<double> release() { return std::move(gram_); }
  };

  Symmetric matrix_;
  Cholesky factor_;
};

}  // namespace proxnet
