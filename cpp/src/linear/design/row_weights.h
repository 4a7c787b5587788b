// Checks of sample weights, shared by least squares and generalised linear models.
#pragma once

#include <cmath>
#include <cstddef>

#include "proxnet/error.h"

namespace proxnet {

// Returns sum_i sample_weight[i]. Throws InvalidInput for a weight that is not finite and >= 0, and for a sum that the
// weights cannot be divided by.
inline double sum_of_weights(const double* sample_weight, std::size_t rows) {
  double total = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    check(std::isfinite(sample_weight[i]) && sample_weight[i] >= 0,
          "[fit] sample_weight must be finite and not negative, sample_weight[", i, "] = ", sample_weight[i]);
    total += sample_weight[i];
  }
  check(total > 0, "[fit] sample_weight must not sum to zero: every weight is zero");
  check(std::isfinite(total) && std::isfinite(static_cast<double>(rows) / total),
        "[fit] sample_weight must have a sum that neither overflows nor is below 1e-300, got ", total);
  return total;
}

}  // namespace proxnet
