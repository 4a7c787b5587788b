// The certificate of a generalised linear model: primal less dual value at the loss's gradient, scaled until feasible.
#pragma once

#include "linear/datafit/datafit.h"
#include "linear/penalty/gap.h"

namespace proxnet {

// Over `count` coefficients: k is number id(k), with value w[k] and q[k] less the derivative of the loss at the point
// last derived. The dual point is the gradient; with l1 alone it is scaled by 1 - cut into the box |q| <= l1. The gap
// is the loss's divergence plus, for each coefficient, l1 |w| + l2 / 2 w^2 - (1 - cut) q w + conjugate: all terms are
// >= 0, so that nothing cancels. Without a penalty the "gap" is what Newton steps of single coefficients promise, given
// their second derivatives curvature[id(k)].
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
