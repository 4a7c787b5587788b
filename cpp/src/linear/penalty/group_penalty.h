// The penalty of one group over its coefficients for all targets: sum_k l1[k] |w[k]| + norm ||w||_2.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "linear/penalty/coordinate_penalty.h"
#include "proxnet/group_path.h"

namespace proxnet {

struct SparseGroup {
  double l1_strength = 0, norm = 0;
  // Multipliers of l1_strength: entry k belongs to column members[k / targets]; null: all 1.
  const double* factors = nullptr;
  const std::size_t* members = nullptr;
  std::size_t targets = 1;

  double factor(std::size_t k) const { return factors ? factors[members[k / targets]] : 1.0; }
  double l1(std::size_t k) const { return factors ? l1_strength * factors[members[k / targets]] : l1_strength; }
  SparseGroup times(double a) const { return {l1_strength * a, norm * a, factors, members, targets}; }
  double excess(std::size_t k, double q) const { return std::max(0.0, std::fabs(q) - l1(k)); }
  // ||S(q, l1)||_2 with S the soft threshold: <= norm where w = 0 is optimal.
  double soft_norm(const double* q, std::size_t count) const {
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k) sum += excess(k, q[k]) * excess(k, q[k]);
    return std::sqrt(sum);
  }
  double value(const double* w, std::size_t count) const {
    double one = 0, two = 0;
    for (std::size_t k = 0; k < count; ++k) one += factor(k) * std::fabs(w[k]), two += w[k] * w[k];
    return l1_strength * one + norm * std::sqrt(two);
  }
  // v = prox of step * penalty at v; zeros are +0.0.
  void prox(double step, double* v, std::size_t count) const {
    const SparseGroup scaled = times(step);
    const double size = scaled.soft_norm(v, count), ratio = size > scaled.norm ? 1 - scaled.norm / size : 0;
    for (std::size_t k = 0; k < count; ++k) v[k] = ratio > 0 ? soft_threshold(v[k], scaled.l1(k)) * ratio + 0.0 : 0.0;
  }
  // Distance of q = X_g' r - l2 w from the subdifferential at w.
  double distance(const double* w, const double* q, std::size_t count) const {
    double square = 0, far = 0;
    for (std::size_t k = 0; k < count; ++k) square += w[k] * w[k];
    if (square == 0) return std::max(0.0, soft_norm(q, count) - norm);
    const double norm_ratio = norm / std::sqrt(square);
    for (std::size_t k = 0; k < count; ++k) {
      const double g = q[k] - norm_ratio * w[k];
      const double off = w[k] != 0 ? g - (w[k] > 0 ? l1(k) : -l1(k)) : excess(k, g);
      far += off * off;
    }
    return std::sqrt(far);
  }
};

inline SparseGroup sparse_group(const GroupPenalty& penalty, std::size_t group, double scale, std::size_t targets) {
  const double* factors = penalty.factors.empty() ? nullptr : penalty.factors.data();
  return {scale * penalty.l1, scale * penalty.norms[group], factors, penalty.members.data() + penalty.starts[group],
          targets};
}
inline bool makes_zeros(const GroupPenalty& penalty) {
  return penalty.l1 > 0 || std::any_of(penalty.norms.begin(), penalty.norms.end(), [](double n) { return n > 0; });
}

// argmin_u curvature / 2 u^2 - z u + l1 |u| + norm sqrt(u^2 + rest^2), curvature > 0.
inline double coordinate_minimizer(double z, double curvature, double l1, double norm, double rest) {
  const double t = std::fabs(z) - l1;
  if (!(t > 0)) return 0;
  // curvature u + norm u / sqrt(u^2 + rest^2) - t is concave in u > 0: Newton from the left stays left of the root.
  double u = std::max(0.0, (t - norm) / curvature);
  constexpr int kSteps = 60;
  for (int step = 0; step < kSteps && rest > 0; ++step) {
    const double length = std::hypot(u, rest), cosine = u / length, sine = rest / length;
    const double next = u + (t - curvature * u - norm * cosine) / (curvature + norm * sine * sine / length);
    if (!(next > u)) break;
    const bool converged = next - u <= 1e-15 * next;
    u = next;
    if (converged) break;
  }
  return std::copysign(u, z);
}

// ||w||_2 at argmin_w 1/2 sum values[i] w_i^2 - sum c_i w_i + norm ||w||_2, norm > 0 and ||c|| > norm; `count` entries,
// values[i / each]. It is the root of ||p|| = 1, p_i = c_i / (values[i] length + norm). 1 / ||p|| is concave and
// increasing in the length: Newton from the left stays left of the root.
inline double minimizer_norm(const double* values, const double* c, std::size_t count, std::size_t each, double norm,
                             double length) {
  constexpr int kSteps = 60;  // 2 to 6 suffice
  for (int step = 0; step < kSteps; ++step) {
    double square = 0, fall = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const double value = values[i / each], divisor = value * length + norm, p = c[i] / divisor;
      square += p * p, fall += p * p * (value / divisor);
    }
    const double size = std::sqrt(square);
    if (std::fabs(size - 1) <= 4e-16 || !(fall > 0)) break;
    const double next = std::max(0.0, length + (size - 1) * square / fall);
    if (next == length || (step > 0 && next < length)) break;
    length = next;
  }
  return length;
}

// The smallest a such that w = 0 is optimal under a * at_one: the root of ||S(q, a l1)||_2 = a norm.
inline double factor_of_zero(const SparseGroup& at_one, const double* q, std::size_t count) {
  double square = 0, largest = 0;
  for (std::size_t k = 0; k < count; ++k) {
    square += q[k] * q[k];
    if (at_one.norm == 0 && q[k] != 0) largest = std::max(largest, std::fabs(q[k]) / at_one.l1(k));
  }
  if (square == 0) return 0;
  if (at_one.norm == 0) return largest;
  if (at_one.l1_strength == 0) return std::sqrt(square) / at_one.norm;
  // Convex and decreasing in a: Newton from the left stays left of the root.
  double a = 0;
  for (int step = 0; step < 100; ++step) {
    const SparseGroup at = at_one.times(a);
    const double rest = at.soft_norm(q, count);
    if (!(rest > at.norm)) break;
    double derivative = 0;
    for (std::size_t k = 0; k < count; ++k) derivative += at.excess(k, q[k]) * at_one.factor(k);
    const double next = a + (rest - at.norm) / (at_one.l1_strength * derivative / rest + at_one.norm);
    if (!(next > a)) break;
    a = next;
  }
  return a;
}

}  // namespace proxnet
