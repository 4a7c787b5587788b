// The certificate where some columns are not penalised: the dual point is the residual less what they explain of it.
#include <algorithm>
#include <cmath>

#include "linear/centred.h"
#include "linear/column_products.h"
#include "linear/elastic_net.h"
#include "ops/buffer.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return kernels<double>().dot(a.size(), a.data(), b.data());
}

// r less its projection onto orthonormal vectors; twice, so that rounding is all that is left.
void project_out(const std::vector<const double*>& basis, std::size_t rows, double* r, Poller& poll) {
  std::vector<double> a(basis.size());
  for (int time = 0; time < 2; ++time) {
    dots(rows, basis.size(), basis.data(), r, a.data(), poll);
    for (double& x : a) x = -x;
    add_columns(rows, basis.size(), basis.data(), a.data(), r, poll);
  }
}

// r less its projection onto the columns, one after the other made orthonormal; those that depend on others are left
// out.
std::vector<double> without(const Centred& data, const Columns& free, std::vector<double> r, Poller& poll) {
  constexpr double kDependent = 1e-12;  // of a column's norm: rounding is all that is left of it
  const std::size_t stride = round_up(data.rows, kRowPad<double>);
  Buffer<double> columns(free.size() * stride);
  constexpr std::size_t kGroup = 8;
  for (std::size_t k = 0; k < free.size(); k += kGroup, poll()) {
    const auto from = free.begin() + static_cast<std::ptrdiff_t>(k);
    data.gather({from, from + static_cast<std::ptrdiff_t>(std::min(kGroup, free.size() - k))},
                columns.data() + k * stride, stride);
  }
  std::vector<const double*> basis;
  for (std::size_t k = 0; k < free.size(); ++k, poll()) {
    double* column = columns.data() + k * stride;
    const auto norm = [&] { return std::sqrt(kernels<double>().dot(data.rows, column, column)); };
    const auto divide = [&](double by) {
      for (std::size_t i = 0; i < data.rows; ++i) column[i] /= by;
    };
    if (!(norm() > 0)) continue;
    divide(norm());
    project_out(basis, data.rows, column, poll);
    if (norm() <= kDependent) continue;
    divide(norm());
    project_out(basis, data.rows, column, poll);
    divide(norm());
    basis.push_back(column);
  }
  project_out(basis, data.rows, r.data(), poll);
  return r;
}

}  // namespace

FreeGap free_columns_gap(const Design& x, const double* y, const double* sample_weight,
                         const ElasticNetPenalty& penalty, double alpha, bool fit_intercept, const double* coef,
                         const PollFunction& ask) {
  check(!penalty.standardize, "[gap] columns that are not penalised cannot be standardised");
  check(penalty.factors.size() == x.cols && !penalty.positive, "[gap] penalty_factor must have ", x.cols, " entries");
  Poller poll(ask, "[gap]");
  const Centred data(x, y, sample_weight, fit_intercept, poll);
  const ElasticNet strengths(penalty, alpha * static_cast<double>(data.rows));
  Columns free, used;
  std::vector<double> weights;
  for (std::size_t j = 0; j < x.cols; ++j) {
    check(std::isfinite(penalty.factors[j]) && penalty.factors[j] >= 0,
          "[gap] penalty_factor must be finite and >= 0, penalty_factor[", j, "] = ", penalty.factors[j]);
    if (penalty.factors[j] == 0) free.push_back(j);
    if (coef[j] != 0) used.push_back(j), weights.push_back(coef[j]);
  }
  std::vector<double> residual = data.target;
  data.subtract(used, weights.data(), residual.data(), poll);
  const std::vector<double> point = without(data, free, residual, poll);
  std::vector<double> q(x.cols);
  data.all_dots(point.data(), q.data(), poll);
  double norm1 = 0, norm2 = 0, conjugate = 0, scale = 1;
  for (std::size_t j = 0; j < x.cols; ++j) {
    if (penalty.factors[j] == 0) continue;
    const double l1 = strengths.l1(j), l2 = strengths.l2(j), w = coef[j];
    norm1 += l1 * std::fabs(w), norm2 += l2 * w * w;
    const double outside = std::fabs(q[j] - l2 * w);
    if (outside > l1) scale = std::min(scale, l1 / outside);
    if (l2 > 0) conjugate += q[j] * q[j] / l2;
  }
  const double primal = 0.5 * (dot(residual, residual) + norm2) + norm1, own = dot(point, point);
  const double with_target = dot(point, data.target);
  const double dual = strengths.has_l1() ? scale * with_target - 0.5 * scale * scale * (own + norm2)
                                         : with_target - 0.5 * (own + conjugate);
  const double n = static_cast<double>(data.rows);
  return {(primal - dual) / n, data.target_square / n};
}

}  // namespace proxnet
