// Squared hinge loss: phi = max(0, 1 - s z)^2, s = -1 for y = 0 and 1 for y = 1.
#pragma once

#include <algorithm>
#include <cmath>

#include "linear/datafit/row_datafit.h"

namespace proxnet {

class SquaredHinge final : public RowDatafit {
 public:
  using RowDatafit::RowDatafit;
  double curvature_bound() const override { return 2; }
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* derivative,
              double* second) const override {
    for (std::size_t i = 0; i < n; ++i) {
      const double s = label_sign(target[i]), inside = std::max(0.0, 1 - s * z[i]);
      loss[i] = inside * inside, derivative[i] = -2 * s * inside, second[i] = inside > 0 ? 2 : 2 * stiffness;
    }
  }
  void divergences(std::size_t n, const double*, const double*, const double* derivative, double cut,
                   double* out) const override {
    for (std::size_t i = 0; i < n; ++i) out[i] = 0.25 * (cut * derivative[i]) * (cut * derivative[i]);
  }
};

}  // namespace proxnet
