// The coordinate update of a working set under a penalty's prox.
#pragma once

#include "linear/penalty/prox_step.h"

namespace proxnet {

// A Newton model has the curvature of one point, and a nonconvex prox may turn it into a long step. Safeguards: damping
// pulls coefficients towards `origin`; with `bound`, a coefficient leaves zero or returns to it only if it also does so
// under a curvature that no point exceeds.
class ProxRule {
 public:
  // ids: the coefficients of the set.
  ProxRule(const ProxStep& step, const Columns& ids) : step_(step), ids_(ids) {}

  // The new value of entry k, now w, where the loss has negative gradient q and this curvature.
  double next(std::size_t k, double w, double q, double curvature) const {
    if (damping > 0) q -= damping * curvature * (w - origin[k]);
    const double u = step_.minimiser(ids_[k], w, q, damped_curvature(k, curvature));
    if (bound.empty()) return u;
    const double safe = step_.minimiser(ids_[k], w, q, std::max(bound[k], damped_curvature(k, curvature)));
    return u * safe > 0 ? u : safe;
  }
  // The curvature including the damping.
  double damped_curvature(std::size_t, double curvature) const { return (1 + damping) * curvature; }
  // Value of penalty and damping at w.
  double value(std::size_t k, double w, double curvature) const {
    const double away = damping > 0 ? w - origin[k] : 0;
    return step_.value(ids_[k], w) + 0.5 * damping * curvature * away * away;
  }

  double damping = 0;          // relative to the curvature
  std::vector<double> origin;  // by entry; used if damping > 0
  std::vector<double> bound;   // upper bound of the curvature by entry; empty: no safeguard

 private:
  const ProxStep& step_;
  const Columns& ids_;
};

}  // namespace proxnet
