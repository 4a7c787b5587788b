#include "linear/ridge/ridge_system.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "linear/linalg/symmetric_product.h"
#include "linear/ridge/ridge_products.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

Columns unpenalized_columns(const Design& x, const double* factors) {
  Columns list;
  for (std::size_t j = 0; factors && j < x.cols; ++j) {
    check(std::isfinite(factors[j]) && factors[j] >= 0,
          "[ridge] penalty_factor must be finite and >= 0, "
          "penalty_factor[",
          j, "] = ", factors[j]);
    if (factors[j] == 0) list.push_back(j);
  }
  return list;
}

}  // namespace

RidgeSystem::RidgeSystem(const Design& design, const RidgeData& data, Poller& poll)
    : CenteredTargets(design, data, poll, unpenalized_columns(design, data.penalty_factor)),
      intercept_(data.fit_intercept) {
  if (!data.penalty_factor) return;
  deviation.assign(cols, 1.0);
  for (std::size_t j = 0; j < cols; ++j) {
    if (data.penalty_factor[j] == 0) continue;
    deviation[j] = std::sqrt(data.penalty_factor[j]);
    for (std::size_t a = 0; a < unpenalized.size(); ++a) along[a * cols + j] /= deviation[j];
    if (!explained.empty()) explained[j] /= data.penalty_factor[j];
  }
}

double RidgeSystem::finish(std::size_t t, double* coef) const {
  if (!unpenalized.columns().empty()) complete(target_projections[t], coef);
  double intercept = means[t];
  for (std::size_t j = 0; j < cols; ++j) {
    coef[j] = coef[j] / column_scale(j) + 0.0;
    intercept -= mean[j] * coef[j];
  }
  return intercept;
}

double RidgeSystem::constant(std::size_t i) const {
  return intercept_ ? (scale.empty() ? 1.0 : scale[i]) / std::sqrt(static_cast<double>(rows)) : 0.0;
}

double RidgeSystem::own(std::size_t i) const {
  double sum = intercept_ ? (weight.empty() ? 1.0 : weight[i]) / static_cast<double>(rows) : 0.0;
  for (const double* vector : unpenalized.basis()) sum += vector[i] * vector[i];
  return sum;
}

void RidgeSystem::add_own(double shift, double* matrix, std::size_t stride, Poller& poll) const {
  std::vector<double> ones(rows), factor;
  for (std::size_t i = 0; i < rows; ++i) ones[i] = constant(i);
  std::vector<const double*> basis = unpenalized.basis();
  if (intercept_) basis.push_back(ones.data());
  for (std::size_t i = 0; i < rows; ++i, poll()) {
    factor.clear();
    for (const double* vector : basis) factor.push_back(shift * vector[i]);
    kernels<double>().add_columns(rows, basis.size(), basis.data(), factor.data(), matrix + i * stride);
  }
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
  double eigenvalue_bound = 0;
  smallest_diagonal = INFINITY;
  for (std::size_t i = 0; i < size; ++i, poll()) {
    double sum = 0;
    for (std::size_t j = 0; j < size; ++j) sum += std::fabs(matrix[i * stride + j]);
    check(std::isfinite(sum), "[ridge] the products of X must not overflow, a sum of them is ", sum, "; scale X");
    eigenvalue_bound = std::max(eigenvalue_bound, sum);
    if (matrix[i * stride + i] > 0) smallest_diagonal = std::min(smallest_diagonal, matrix[i * stride + i]);
  }
  const int exponent = eigenvalue_bound > 0 ? std::ilogb(eigenvalue_bound) : 0;
  matrix_scale = std::ldexp(1.0, std::clamp(-exponent, -1000, 1000));
  eigenvalue_bound *= matrix_scale, smallest_diagonal *= matrix_scale;
  for (std::size_t i = 0; i < size; ++i, poll())
    for (std::size_t j = 0; j < size; ++j) matrix[i * stride + j] *= matrix_scale;
  for (double& r : rights) r *= matrix_scale;
  floor =
      static_cast<double>(std::max<std::size_t>(size, 16)) * std::numeric_limits<double>::epsilon() * eigenvalue_bound;
  shift = std::max(eigenvalue_bound, 1.0);
  if (dual) d.add_own(shift, matrix.data(), stride, poll);
  for (std::size_t k = 0; k < d.unpenalized.columns().size() && !dual; ++k) {
    const std::size_t j = d.unpenalized.columns()[k];
    matrix[j * stride + j] = shift;  // the right side is 0
  }
}

}  // namespace proxnet
