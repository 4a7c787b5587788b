// Half the Poisson deviance: phi = e^z - y z + y log y - y.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "linear/datafit/relative_entropy.h"
#include "linear/datafit/row_datafit.h"
#include "runtime/dispatch.h"

namespace proxnet {

// Computed as y (expm1(d) - d), d = z - log y, which does not cancel.
class Poisson final : public RowDatafit {
 public:
  Poisson(std::vector<double> weights, std::vector<double> targets)
      : RowDatafit(std::move(weights), std::move(targets)), log_y_(rows) {
    for (std::size_t i = 0; i < rows; ++i) log_y_[i] = y[i] > 0 ? std::log(y[i]) : 0;
  }
  double curvature_bound() const override { return INFINITY; }
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* derivative,
              double* second) const override {
    const double* log_y = log_y_.data() + (target - y.data());
    double d[kBlock], e[kBlock];
    for (std::size_t i = 0; i < n; ++i) d[i] = z[i] - log_y[i];
    kernels<double>().expm1(n, d, e);
    kernels<double>().exp(n, z, second);
    for (std::size_t i = 0; i < n; ++i) {
      const bool counts = target[i] > 0;
      loss[i] = counts ? target[i] * expm1_less(d[i], e[i]) : second[i];
      derivative[i] = counts ? target[i] * e[i] : second[i];
      second[i] = std::max(second[i], kCurvatureFloor * std::fabs(derivative[i]));
    }
  }
  // Relative entropy between the means e^z and e^z - cut (e^z - y).
  void divergences(std::size_t n, const double*, const double* z, const double* derivative, double cut,
                   double* out) const override {
    double mean[kBlock], more[kBlock];
    kernels<double>().exp(n, z, mean);
    for (std::size_t i = 0; i < n; ++i) more[i] = -cut * derivative[i];
    relative_entropies(n, mean, more, z, out);
  }

 private:
  // e^d - 1 - d, given e = expm1(d).
  static double expm1_less(double d, double e) {
    if (std::fabs(d) > 1e-2) return e - d;
    return 0.5 * d * d * (1 + d / 3 * (1 + d / 4 * (1 + d / 5 * (1 + d / 6 * (1 + d / 7)))));
  }

  std::vector<double> log_y_;  // 0 where y is 0
};

}  // namespace proxnet
