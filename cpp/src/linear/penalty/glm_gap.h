// Duality gap of a generalised linear model with an elastic net, at the loss's gradient scaled until it is dual
// feasible.
#pragma once

#include "linear/datafit/datafit.h"
#include "linear/penalty/gap.h"

namespace proxnet {

// Over `count` coefficients: coefficient k has index id(k), value w[k] and negative gradient q[k] at the point last
// derived. Dual point: (1 - cut) * gradient, cut > 0 only to fit into |q| <= l1 where l2 = 0. gap = divergence of the
// loss + sum_k [l1 |w| + l2 / 2 w^2 - (1 - cut) q w + conjugate]; every term is >= 0, so that nothing cancels. Without
// a penalty the "gap" is sum_k q[k]^2 / (2 curvature[id(k)]), what Newton steps of single coefficients would gain.
template <class Id>
Certificate glm_certificate(const ElasticNet& penalty, const Datafit& fit, std::size_t count, Id&& id, const double* w,
                            const double* q, const std::vector<double>& curvature) {
  Certificate c;
  double decrease = 0, cut = 0, gap = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t j = id(k);
    const double l1 = penalty.l1(j), excess = penalty.excess(q[k]) - l1;
    c.distance = std::max(c.distance, w[k] != 0 ? penalty.distance(j, w[k], q[k]) : excess);
    if (penalty.l2(j) == 0 && excess > 0) cut = std::max(cut, excess / (excess + l1));
    if (!curvature.empty() && curvature[j] > 0) decrease += 0.5 * q[k] * q[k] / curvature[j];
  }
  if (penalty.none()) {
    c.gap = decrease;
    return c;
  }
  for (std::size_t k = 0; k < count; ++k) gap += penalty.gap(id(k), w[k], (1 - cut) * q[k]);
  c.gap = gap + fit.divergence(cut);
  return c;
}

}  // namespace proxnet
