#include "linear/ridge_system.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "linear/ridge_products.h"
#include "linear/symmetric_product.h"

namespace proxnet {

RidgeSystem::RidgeSystem(const Design& design, const RidgeData& data, Poller& poll)
    : CentredTargets(design, data, poll), intercept_(data.fit_intercept) {
  if (!data.penalty_factor) return;
  deviation.resize(cols);
  for (std::size_t j = 0; j < cols; ++j) {
    const double factor = data.penalty_factor[j];
    check(std::isfinite(factor) && factor > 0, "[ridge] penalty_factor must be finite and > 0, penalty_factor[", j,
          "] = ", factor);
    deviation[j] = std::sqrt(factor);
  }
}

double RidgeSystem::finish(std::size_t t, double* coef) const {
  double intercept = means[t];
  for (std::size_t j = 0; j < cols; ++j) {
    coef[j] = coef[j] / unit(j) + 0.0;
    intercept -= mean[j] * coef[j];
  }
  return intercept;
}

RidgeMatrix::RidgeMatrix(const RidgeSystem& d, Poller& poll)
    : dual(d.rows <= d.cols),
      size(dual ? d.rows : d.cols),
      stride(round_up(dual ? size : size + d.targets, kProductPanel)),
      matrix(dual ? row_matrix(d, stride, poll) : cross_matrix(d, stride, poll)) {
  if (dual) rights = d.all;
  for (std::size_t t = 0; t < d.targets && !dual; ++t) {
    const double* from = matrix.data() + (size + t) * stride;
    rights.insert(rights.end(), from, from + size);
  }
  double most = 0;  // no eigenvalue is larger
  for (std::size_t i = 0; i < size; ++i, poll()) {
    double sum = 0;
    for (std::size_t j = 0; j < size; ++j) sum += std::fabs(matrix[i * stride + j]);
    check(std::isfinite(sum), "[ridge] the products of X must not overflow, a sum of them is ", sum, "; scale X");
    most = std::max(most, sum);
  }
  const int exponent = most > 0 ? std::ilogb(most) : 0;
  unit = std::ldexp(1.0, std::clamp(-exponent, -1000, 1000));
  most *= unit;
  for (std::size_t i = 0; i < size; ++i, poll())
    for (std::size_t j = 0; j < size; ++j) matrix[i * stride + j] *= unit;
  for (double& r : rights) r *= unit;
  floor = static_cast<double>(size) * std::numeric_limits<double>::epsilon() * most;
  if (!dual || !d.has_intercept()) return;
  shift = std::max(most, 1.0);
  for (std::size_t i = 0; i < size; ++i, poll()) {
    const double weight = shift * std::sqrt(d.own(i));
    for (std::size_t j = 0; j < size; ++j) matrix[i * stride + j] += weight * std::sqrt(d.own(j));
  }
}

}  // namespace proxnet
