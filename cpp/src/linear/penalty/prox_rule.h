// What the weights of a set do, one after the other, under a penalty's prox.
#pragma once

#include "linear/penalty/prox_step.h"

namespace proxnet {

// Cautious where the set's curvature is that of one point, and the penalty may make long steps of it: damping holds
// the weights near `origin`, and a weight leaves zero, or comes back to it, only where that lowers the objective under
// a curvature that no point exceeds.
class ProxRule {
 public:
  // ids: of the set's places
  ProxRule(const ProxStep& step, const Columns& ids) : step_(step), ids_(ids) {}

  // Of place k, at w, given the slope -q of the loss, or of its model, and the curvature.
  double next(std::size_t k, double w, double q, double curvature) const {
    if (damping > 0) q -= damping * curvature * (w - origin[k]);
    const double u = step_.minimiser(ids_[k], w, q, damped_curvature(k, curvature));
    if (bound.empty()) return u;
    const double safe = step_.minimiser(ids_[k], w, q, std::max(bound[k], damped_curvature(k, curvature)));
    return u * safe > 0 ? u : safe;
  }
  // The curvature that a weight meets.
  double damped_curvature(std::size_t, double curvature) const { return (1 + damping) * curvature; }
  // Of the penalty and the damping.
  double value(std::size_t k, double w, double curvature) const {
    const double away = damping > 0 ? w - origin[k] : 0;
    return step_.value(ids_[k], w) + 0.5 * damping * curvature * away * away;
  }

  double damping = 0;          // relative to the curvature
  std::vector<double> origin;  // by place, with damping
  std::vector<double> bound;   // of the curvature, by place; empty: no caution

 private:
  const ProxStep& step_;
  const Columns& ids_;
};

}  // namespace proxnet
