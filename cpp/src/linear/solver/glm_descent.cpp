#include "linear/solver/glm_descent.h"

#include <algorithm>
#include <cmath>

#include "runtime/dispatch.h"

namespace proxnet {

GlmDescent::GlmDescent(const GlmData& data, const Datafit& fit, GlmSet& set, Poller& poll)
    : data_(data),
      outputs_(fit.outputs),
      rows_(data.rows),
      set_(set),
      poll_(poll),
      second_(outputs_ * outputs_, std::vector<double>(rows_)),
      coupling_(fit.coupling),
      residual_(fit.gradient) {
  for (std::size_t k = 0; k < outputs_; ++k, poll())
    for (std::size_t m = 0; m < outputs_; ++m) fit.curvature(fit.hessian_state, k, m, second_[k * outputs_ + m].data());
}

void GlmDescent::push(std::size_t s, double step) {
  const std::size_t k = set_.output(s);
  for (std::size_t m = 0; m < outputs_; ++m) {
    const double* second = second_[k * outputs_ + m].data();
    double* r = residual_.data() + m * rows_;
    if (data_.x.dense()) {
      const double* x = set_.column(s);
      for (std::size_t i = 0; i < rows_; ++i) r[i] += step * second[i] * x[i];
    } else {
      data_.x.add(set_.ids[s] % data_.cols, step, second, r);
    }
  }
}

void GlmDescent::push_intercepts(std::vector<double>& intercepts) {
  const std::size_t each = data_.directions();
  std::vector<double> scratch;
  for (std::size_t f = 0; f < intercepts.size(); ++f, poll_()) {
    const std::size_t k = f / each, d = f % each;
    const double own = data_.along(d, data_.times(d, second_[k * outputs_ + k].data(), scratch));
    const double by = own > 0 ? -data_.along(d, residual_.data() + k * rows_) / own : 0;
    intercepts[f] += by;
    for (std::size_t m = 0; m < outputs_; ++m) {
      const double* second = data_.times(d, second_[k * outputs_ + m].data(), scratch);
      for (std::size_t i = 0; i < rows_; ++i) residual_[m * rows_ + i] += by * second[i];
    }
  }
}

double GlmDescent::curvature_along(const std::vector<double>& moves, const std::vector<double>& gradient) const {
  const auto& table = kernels<double>();
  return table.dot(moves.size(), moves.data(), residual_.data()) -
         table.dot(moves.size(), moves.data(), gradient.data());
}

template <CoordinateStep P>
std::vector<double> GlmDescent::descend(const P& penalty, double distance, std::size_t max_iter) {
  set_.gather(poll_);
  const auto& table = kernels<double>();
  std::vector<std::vector<double>> own;
  for (std::size_t k = 0; k < outputs_; ++k) own.push_back(second_[k * outputs_ + k]);
  std::vector<double> curvature(set_.size()), intercepts(outputs_ * data_.directions());
  set_.variances(own, curvature.data(), poll_);
  const std::size_t polled = 1 + (std::size_t{1} << 20) / (rows_ * outputs_);  // coefficients between two polls
  for (std::size_t pass = 0; pass < max_iter; ++pass) {
    double furthest = 0;
    for (std::size_t s = 0; s < set_.size(); ++s) {
      const double* r = residual_.data() + set_.output(s) * rows_;
      double derivative = 0;
      if (data_.x.dense()) {
        const double* x = set_.column(s);
        table.dots(rows_, 1, &x, r, &derivative);
      } else {
        derivative = data_.x.dot(set_.ids[s] % data_.cols, r);
      }
      const double old = set_.w[s];
      const double next = penalty.minimizer(set_.ids[s], old, -derivative, curvature[s]);
      if (s % polled == 0) poll_();
      if (next == old) continue;
      furthest = std::max(furthest, std::fabs(next - old) * penalty.total_curvature(set_.ids[s], curvature[s]));
      push(s, next - old);
      set_.w[s] = next + 0.0;
    }
    push_intercepts(intercepts);
    if (furthest <= distance) break;
  }
  return intercepts;
}

std::vector<double> GlmDescent::solve(const DampedPenalty& penalty, double distance, std::size_t max_iter) {
  return descend(penalty, distance, max_iter);
}

std::vector<double> GlmDescent::solve(const ElasticNet& penalty, double distance, std::size_t max_iter) {
  return penalty.has_l1() ? descend(penalty, distance, max_iter) : conjugate(penalty, distance, max_iter);
}

void GlmDescent::hessian_product(const std::vector<double>& v, std::vector<double>& out) const {
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t k = 0; k < outputs_; ++k, poll_())
    for (std::size_t m = 0; m < outputs_; ++m)
      for (std::size_t i = 0; i < rows_; ++i) out[k * rows_ + i] += second_[k * outputs_ + m][i] * v[m * rows_ + i];
  if (coupling_.empty()) return;
  const double along = kernels<double>().dot(rows_, coupling_.data(), v.data());
  for (std::size_t i = 0; i < rows_; ++i) out[i] -= along * coupling_[i];
}

// Jacobi-preconditioned; the unpenalized coefficients are the last unknowns.
std::vector<double> GlmDescent::conjugate(const ElasticNet& penalty, double distance, std::size_t max_iter) {
  // A copy of the columns pays if several outputs read them at once.
  if (outputs_ > 1) set_.gather(poll_);
  const auto& table = kernels<double>();
  const std::size_t n = set_.size(), each = data_.directions(), unpenalized = outputs_ * each, all = n + unpenalized;
  std::vector<std::vector<double>> own;
  for (std::size_t k = 0; k < outputs_; ++k) own.push_back(second_[k * outputs_ + k]);
  std::vector<double> r(all), diagonal(all), step(all), direction(all), product(all), v(outputs_ * rows_), hessian_v(v),
      scratch;
  set_.variances(own, diagonal.data(), poll_);
  std::vector<std::size_t> every(n);
  for (std::size_t s = 0; s < n; ++s) {
    every[s] = s;
    r[s] = set_.neg_gradient[s] - penalty.l2(set_.ids[s]) * set_.w[s], diagonal[s] += penalty.l2(set_.ids[s]);
  }
  for (std::size_t f = 0; f < unpenalized; ++f) {
    const std::size_t k = f / each, d = f % each;
    r[n + f] = -data_.along(d, residual_.data() + k * rows_);
    diagonal[n + f] = data_.along(d, data_.times(d, own[k].data(), scratch));
  }
  const auto precondition = [&](std::size_t j) { return diagonal[j] > 0 ? r[j] / diagonal[j] : 0.0; };
  double size = 0;
  for (std::size_t j = 0; j < all; ++j) direction[j] = precondition(j), size += r[j] * direction[j];
  for (std::size_t turn = 0; turn < max_iter && size > 0; ++turn, poll_()) {
    std::fill(v.begin(), v.end(), 0.0);
    set_.predictions(every, direction, v.data(), poll_);
    for (std::size_t f = 0; f < unpenalized; ++f) data_.move(f % each, direction[n + f], v.data() + f / each * rows_);
    hessian_product(v, hessian_v);
    set_.derivatives(hessian_v, product.data(), poll_);
    for (std::size_t s = 0; s < n; ++s) product[s] += penalty.l2(set_.ids[s]) * direction[s];
    for (std::size_t k = 0; k < outputs_; ++k) data_.along(hessian_v.data() + k * rows_, product.data() + n + k * each);
    const double curvature = table.dot(all, direction.data(), product.data());
    if (!(curvature > 0)) break;
    const double length = size / curvature;
    double furthest = 0, next = 0;
    for (std::size_t j = 0; j < all; ++j) {
      step[j] += length * direction[j], r[j] -= length * product[j];
      furthest = std::max(furthest, std::fabs(r[j])), next += r[j] * precondition(j);
    }
    if (furthest <= distance) break;
    for (std::size_t j = 0; j < all; ++j) direction[j] = precondition(j) + next / size * direction[j];
    size = next;
  }
  for (std::size_t s = 0; s < n; ++s) set_.w[s] += step[s];
  return {step.begin() + static_cast<std::ptrdiff_t>(n), step.end()};
}

}  // namespace proxnet
