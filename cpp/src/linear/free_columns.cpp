// The certificate where some columns are not penalised: the dual point is the residual less what they explain of it.
#include <algorithm>
#include <cmath>

#include "linear/centred.h"
#include "linear/elastic_net.h"
#include "linear/small_inverse.h"
#include "ops/buffer.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return kernels<double>().dot(a.size(), a.data(), b.data());
}

// r less its projection onto the columns; twice, so that rounding is all that is left.
std::vector<double> without(const Centred& data, const Columns& free, std::vector<double> r, Poller& poll) {
  const std::size_t n = free.size(), stride = round_up(data.rows, kRowPad<double>);
  Buffer<double> columns(n * stride);
  data.gather(free, columns.data(), stride);
  std::vector<double> products(n * n), dots(n), a(n);
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t k = 0; k < n; ++k)
      products[j * n + k] = kernels<double>().dot(data.rows, columns.data() + j * stride, columns.data() + k * stride);
  const std::vector<double> inverted = inverse(products, n);
  for (int time = 0; time < 2; ++time) {
    data.some_dots(free, r.data(), dots.data(), poll);
    for (std::size_t j = 0; j < n; ++j) {
      a[j] = 0;
      for (std::size_t k = 0; k < n; ++k) a[j] += inverted[j * n + k] * dots[k];
    }
    data.subtract(free, a.data(), r.data());
  }
  return r;
}

}  // namespace

FreeGap free_columns_gap(const Design& x, const double* y, const double* sample_weight,
                         const ElasticNetPenalty& penalty, double alpha, bool fit_intercept, const double* coef) {
  check(penalty.factors.size() == x.cols && !penalty.positive, "[gap] penalty_factor must have ", x.cols, " entries");
  const std::function<bool()> never;
  Poller poll(never, "[gap]");
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
  data.subtract(used, weights.data(), residual.data());
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
