// Binary logistic loss: phi = log(1 + e^-m) for the margin m = s z, s = -1 for y = 0 and 1 for y = 1.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "linear/datafit/relative_entropy.h"
#include "linear/datafit/row_datafit.h"
#include "runtime/dispatch.h"

namespace proxnet {

class Logistic final : public RowDatafit {
 public:
  using RowDatafit::RowDatafit;
  double curvature_bound() const override { return 0.25; }
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* derivative,
              double* second) const override {
    double e[kBlock], l[kBlock];
    for (std::size_t i = 0; i < n; ++i) e[i] = -std::fabs(z[i]);
    kernels<double>().exp(n, e, e);
    kernels<double>().log1p(n, e, l);
    for (std::size_t i = 0; i < n; ++i) {
      const double s = label_sign(target[i]), margin = s * z[i], inverse = 1 / (1 + e[i]);
      loss[i] = l[i] + (margin < 0 ? -margin : 0.0);
      derivative[i] = -s * (margin < 0 ? inverse : e[i] * inverse);
      second[i] = std::max(e[i] * inverse * inverse, kCurvatureFloor * std::fabs(derivative[i]));
    }
  }
  // Relative entropy between the probabilities (a, 1 - a) of (wrong, right) class and ((1 - cut) a, 1 - (1 - cut) a).
  void divergences(std::size_t n, const double* target, const double* z, const double* derivative, double cut,
                   double* out) const override {
    double right[kBlock], more[kBlock], log_right[kBlock];
    for (std::size_t i = 0; i < n; ++i) right[i] = -std::fabs(z[i]);
    kernels<double>().exp(n, right, right);
    kernels<double>().log1p(n, right, log_right);
    for (std::size_t i = 0; i < n; ++i) {
      const double margin = label_sign(target[i]) * z[i];
      right[i] = (margin < 0 ? right[i] : 1.0) / (1 + right[i]);
      log_right[i] = std::min(margin, 0.0) - log_right[i];
      more[i] = cut * std::fabs(derivative[i]);
    }
    relative_entropies(n, right, more, log_right, out);
    const double less = relative_entropy(-cut);
    for (std::size_t i = 0; i < n; ++i) out[i] += less * std::fabs(derivative[i]);
  }
};

}  // namespace proxnet
