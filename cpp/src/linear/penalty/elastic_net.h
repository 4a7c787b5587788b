// The elastic net l1 |w| + l2 / 2 w^2 per coordinate, at one alpha, scaled for the objective 1/2 |r|^2 + penalty.
#pragma once

#include <cmath>
#include <optional>
#include <vector>

#include "linear/penalty/coordinate_penalty.h"
#include "proxnet/linear.h"
#include "proxnet/penalty.h"

namespace proxnet {

class ElasticNet {
 public:
  // scale: alpha * rows
  ElasticNet(const ElasticNetPenalty& penalty, double scale)
      : positive(penalty.positive),
        l1_(scale * penalty.l1_ratio),
        l2_(scale * (1 - penalty.l1_ratio)),
        factors_(penalty.factors) {}

  double l1(std::size_t j) const { return factors_.empty() ? l1_ : l1_ * factors_[j]; }
  double l2(std::size_t j) const { return factors_.empty() ? l2_ : l2_ * factors_[j]; }
  bool none() const { return !has_l1() && !has_l2(); }
  bool has_l1() const { return l1_ > 0; }
  bool has_l2() const { return l2_ > 0; }

  // argmin_u curvature / 2 (u - w)^2 - q (u - w) + penalty_j(u)
  double minimizer(std::size_t j, double w, double q, double curvature) const {
    const double z = q + curvature * w, bound = l1(j), total = total_curvature(j, curvature);
    if (!(total > 0)) return 0;
    return (positive ? std::max(z - bound, 0.0) : soft_threshold(z, bound)) / total;
  }
  double total_curvature(std::size_t j, double curvature) const { return curvature + l2(j); }
  // Distance of q from the subdifferential of penalty_j at w.
  double distance(std::size_t j, double w, double q) const {
    const double g = q - l2(j) * w;
    if (w != 0) return std::fabs(g - (w > 0 ? l1(j) : -l1(j)));
    return std::max(0.0, (positive ? g : std::fabs(g)) - l1(j));
  }
  double value(std::size_t j, double w) const { return l1(j) * std::fabs(w) + 0.5 * l2(j) * w * w; }
  // penalty_j(w) + penalty_j*(q) - q w >= 0, for |q| <= l1 if l2 = 0.
  double gap(std::size_t j, double w, double q) const {
    const double bound = l1(j), square = l2(j), over = std::max(std::fabs(q) - bound, 0.0);
    const double kink = bound * std::fabs(w) - std::clamp(q, -bound, bound) * w;
    const double off = square > 0 ? w - std::copysign(over, q) / square : 0;
    return std::max(kink, 0.0) + 0.5 * square * off * off;
  }
  // Dual feasibility is excess(q) <= l1: q for positive coefficients, |q| otherwise.
  double excess(double q) const { return positive ? q : std::fabs(q); }
  double screening_excess(std::size_t j, double q, double, double fraction) const {
    return excess(q) - fraction * l1(j);
  }

  const bool positive;

 private:
  const double l1_, l2_;
  const std::vector<double>& factors_;
};
static_assert(CoordinatePenalty<ElasticNet> && CoordinateStep<ElasticNet>);

// alpha_max: the smallest alpha at which all penalized coefficients are zero; correlation = X'y.
inline double alpha_of_zeros(const ElasticNetPenalty& penalty, double rows, const std::vector<double>& correlation) {
  const ElasticNet at_one(penalty, rows);
  double top = 0;
  for (std::size_t j = 0; j < correlation.size(); ++j)
    if (penalty.factors.empty() || penalty.factors[j] > 0)
      top = std::max(top, at_one.excess(correlation[j]) / at_one.l1(j));
  return top;
}

// alpha * net equals the penalty.
struct ElasticNetOf {
  ElasticNetPenalty net;
  double alpha = 0;
};
// nullopt for nonconvex penalties and for those that leave a coefficient unpenalized.
inline std::optional<ElasticNetOf> elastic_net_of(const Penalty& p) {
  if (p.kind != PenaltyKind::kElasticNet || std::find(p.factors.begin(), p.factors.end(), 0.0) != p.factors.end())
    return std::nullopt;
  ElasticNetOf result;
  result.alpha = p.l1 + 2 * p.l2;
  result.net.l1_ratio = result.alpha > 0 ? p.l1 / result.alpha : 1;
  result.net.factors = p.factors;
  return result;
}

}  // namespace proxnet
