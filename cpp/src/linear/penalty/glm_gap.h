// The certificate of a generalised linear model: primal less dual value at the loss's gradient, scaled until feasible.
#pragma once

#include "linear/datafit/datafit.h"
#include "linear/penalty/gap.h"

namespace proxnet {

// Over `count` coefficients: k is number id(k), with value w[k] and q[k] less the derivative of the loss, whose value
// is `loss` at the point last derived. With l2 the gradient itself is a dual point, with l1 alone it is scaled into the
// box, and without a penalty the "gap" is what Newton steps of single coefficients promise, given their second
// derivatives curvature[id(k)].
template <class Id>
Certificate glm_certificate(const ElasticNet& penalty, const Datafit& fit, double loss, std::size_t count, Id&& id,
                            const double* w, const double* q, const std::vector<double>& curvature) {
  Certificate c;
  double value = 0, conjugate = 0, slope = 0, scale = 1;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t j = id(k);
    const double l1 = penalty.l1(j), l2 = penalty.l2(j), excess = penalty.excess(q[k]) - l1;
    if (w[k] != 0) value += penalty.value(j, w[k]);
    c.distance = std::max(c.distance, w[k] != 0 ? penalty.distance(j, w[k], q[k]) : excess);
    if (l2 > 0 && excess > 0) conjugate += 0.5 * excess * excess / l2;
    if (l2 == 0 && excess > 0) scale = std::min(scale, l1 / (excess + l1));
    if (!curvature.empty() && curvature[j] > 0) slope += 0.5 * q[k] * q[k] / curvature[j];
  }
  c.gap = penalty.has_l1() || penalty.has_l2() ? loss + value + fit.conjugate(scale) + conjugate : slope;
  return c;
}

}  // namespace proxnet
