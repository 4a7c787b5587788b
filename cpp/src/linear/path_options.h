// What every path does with its options: they are checked, and the alphas found where none are given.
#pragma once

#include <cmath>

#include "proxnet/linear.h"

namespace proxnet {

// `count` alphas from `top` down to eps * top, evenly in the logarithm.
inline std::vector<double> alpha_grid(double top, double eps, std::size_t count) {
  // A target that no column explains: any strength gives zeros.
  const double first = top > 0 ? top : 2.2e-308 / eps;
  std::vector<double> alphas(count, first);
  for (std::size_t k = 1; k < count; ++k)
    alphas[k] = first * std::pow(eps, static_cast<double>(k) / static_cast<double>(count - 1));
  return alphas;
}

inline void check_options(const PathOptions& o, bool makes_zeros) {
  for (std::size_t k = 0; k < o.alphas.size(); ++k)
    check(std::isfinite(o.alphas[k]) && o.alphas[k] >= 0, "[path] alpha must be finite and >= 0, got ", o.alphas[k]);
  check(!o.alphas.empty() || (o.count >= 1 && o.eps > 0 && o.eps < 1 && makes_zeros),
        "[path] a grid of alphas needs a count >= 1, eps between 0 and 1 and l1_ratio > 0, got ", o.count, " and ",
        o.eps);
  check(o.tol >= 0 && !std::isnan(o.tol), "[path] tol must be >= 0, got ", o.tol);
  check(o.max_iter >= 1, "[path] max_iter must be >= 1, got ", o.max_iter);
}

inline void check_start(const PathOptions& o, std::size_t count, bool positive) {
  for (std::size_t j = 0; o.start && j < count; ++j)
    check(std::isfinite(o.start[j]) && (!positive || o.start[j] >= 0),
          "[path] the coefficients to start from must be finite, and >= 0 where positive, got ", o.start[j]);
}

}  // namespace proxnet
