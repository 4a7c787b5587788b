// Losses of one row in long double, as Keras defines them; their gradients are tested by differences.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/kernel_table.h"

namespace reference {

using proxnet::LossKernel;

// delta, quantile, gamma of the kernels that take one; alpha
constexpr long double kParameter = 0.7L, kAlpha = 0.4L;

// The mean over the outputs of a row, or the loss of the row.
inline long double other_loss(LossKernel kernel, const std::vector<long double>& h, const std::vector<long double>& y) {
  const std::size_t n = h.size();
  const long double low = 1e-7L, gamma = kParameter;
  long double total = 0, product = 0, hh = 0, yy = 0, rival = -INFINITY, sum = 0, mass = 0, top = -INFINITY;
  for (std::size_t j = 0; j < n; ++j) {
    product += h[j] * y[j], hh += h[j] * h[j], yy += y[j] * y[j], sum += h[j];
    rival = std::max(rival, (1 - y[j]) * h[j]), top = std::max(top, h[j]);
  }
  for (long double v : h) mass += std::exp(v - top);
  if (kernel == LossKernel::kCosineSimilarity) return -product / std::sqrt(hh * yy);
  if (kernel == LossKernel::kCategoricalHinge) return std::max(0.0L, rival - product + 1);
  for (std::size_t j = 0; j < n; ++j) {
    const long double e = h[j] - y[j], a = std::fabs(e), side = y[j] > 0 ? 1 : -1, t = y[j];
    const long double p = kernel == LossKernel::kSigmoidFocal ? 1 / (1 + std::exp(-h[j])) : h[j];
    const long double q = kernel == LossKernel::kSoftmaxFocal ? std::exp(h[j] - top) / mass : h[j] / sum;
    switch (kernel) {
      case LossKernel::kAbsoluteError:
        total += a;
        break;
      case LossKernel::kPercentageError:
        total += 100 * a / std::max(std::fabs(t), low);
        break;
      case LossKernel::kLogarithmicError:
        total += std::pow(std::log1p(std::max(h[j], low)) - std::log1p(std::max(t, low)), 2.0L);
        break;
      case LossKernel::kHuber:
        total += a <= kParameter ? a * a / 2 : kParameter * (a - kParameter / 2);
        break;
      case LossKernel::kLogCosh:
        total += std::log(std::cosh(e));
        break;
      case LossKernel::kQuantile:
        total += e > 0 ? (1 - kParameter) * a : kParameter * a;
        break;
      case LossKernel::kPoisson:
        total += h[j] - t * std::log(h[j] + low);
        break;
      case LossKernel::kHinge:
        total += std::max(0.0L, 1 - side * h[j]);
        break;
      case LossKernel::kSquaredHinge:
        total += std::pow(std::max(0.0L, 1 - side * h[j]), 2.0L);
        break;
      case LossKernel::kKlDivergence:
        total += static_cast<long double>(n) * t * std::log(t / h[j]);
        break;
      case LossKernel::kBinaryFocal:
      case LossKernel::kSigmoidFocal:
        total -= (t * kAlpha + (1 - t) * (1 - kAlpha)) * std::pow(t * (1 - p) + (1 - t) * p, gamma) *
                 (t * std::log(p) + (1 - t) * std::log1p(-p));
        break;
      default:
        total -= static_cast<long double>(n) * kAlpha * std::pow(1 - q, gamma) * t * std::log(q);
    }
  }
  return total / static_cast<long double>(n);
}

}  // namespace reference
