// A separable penalty with the safeguards of a Newton step.
#pragma once

#include "linear/penalty/separable_penalty.h"

namespace proxnet {

// A Newton model has the curvature of one point, and a nonconvex prox may turn it into a long step. Safeguards: damping
// pulls coefficients towards `origin`; with `bound`, a coefficient leaves zero or returns to it only if it also does so
// under a curvature that no point exceeds.
class DampedPenalty {
 public:
  explicit DampedPenalty(const SeparablePenalty& penalty) : penalty_(penalty) {}

  // argmin_u curvature / 2 (u - w)^2 - q (u - w) + damping * curvature / 2 (u - origin[j])^2 + penalty_j(u)
  double minimizer(std::size_t j, double w, double q, double curvature) const {
    if (damping > 0) q -= damping * curvature * (w - origin[j]);
    const double total = total_curvature(j, curvature);
    const double u = penalty_.minimizer(j, w, q, total);
    if (bound.empty()) return u;
    const double safe = penalty_.minimizer(j, w, q, std::max(bound[j], total));
    return u * safe > 0 ? u : safe;
  }
  double total_curvature(std::size_t, double curvature) const { return (1 + damping) * curvature; }
  // Value of penalty and damping at w.
  double value(std::size_t j, double w, double curvature) const {
    const double away = damping > 0 ? w - origin[j] : 0;
    return penalty_.value(j, w) + 0.5 * damping * curvature * away * away;
  }

  double damping = 0;          // relative to the curvature
  std::vector<double> origin;  // per coefficient; read only if damping > 0
  std::vector<double> bound;   // upper bound of the curvature per coefficient; empty: no safeguard

 private:
  const SeparablePenalty& penalty_;
};
static_assert(CoordinateStep<DampedPenalty>);

}  // namespace proxnet
