// (T + shift) y = r for tridiagonal T, by its L D L' factorization.
#pragma once

#include <cstddef>
#include <vector>

namespace proxnet {

class TridiagonalFactor {
 public:
  // off[k] = T[k, k + 1]
  TridiagonalFactor(const std::vector<double>& diagonal, const std::vector<double>& off, double shift)
      : inverse_(diagonal.size()), lower_(diagonal.size()) {
    double take = 0;
    for (std::size_t k = 0; k < diagonal.size(); ++k) {
      const double pivot = diagonal[k] + shift - take;
      definite_ = definite_ && pivot > 0;
      inverse_[k] = 1 / pivot, lower_[k] = off[k] * inverse_[k], take = lower_[k] * off[k];
    }
  }
  // Whether T + shift is positive definite.
  bool definite() const { return definite_; }
  // r and y are strided by r_step and y_step.
  void solve(const double* r, std::size_t r_step, double* y, std::size_t y_step) const {
    const std::size_t n = inverse_.size();
    double last = 0;
    for (std::size_t k = 0; k < n; ++k) y[k * y_step] = last = r[k * r_step] - (k ? lower_[k - 1] * last : 0.0);
    last = 0;
    for (std::size_t k = n; k-- > 0;) y[k * y_step] = last = y[k * y_step] * inverse_[k] - lower_[k] * last;
  }
  double inverse(std::size_t k) const { return inverse_[k]; }
  double lower(std::size_t k) const { return lower_[k]; }  // L[k + 1, k]

 private:
  std::vector<double> inverse_, lower_;
  bool definite_ = true;
};

}  // namespace proxnet
