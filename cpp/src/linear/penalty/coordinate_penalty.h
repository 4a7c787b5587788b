// What coordinate solvers ask of a penalty sum_j penalty_j(w_j).
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>

namespace proxnet {

// One exact coordinate step. q: minus the derivative of the loss by coefficient j, at its value w; curvature: the
// second derivative.
template <class P>
concept CoordinateStep = requires(const P& p, std::size_t j, double w, double q, double curvature) {
  // argmin_u curvature / 2 (u - w)^2 - q (u - w) + penalty_j(u)
  { p.minimizer(j, w, q, curvature) } -> std::same_as<double>;
  // Curvature of loss and penalty together: |step| * total_curvature estimates the KKT violation before the step.
  { p.total_curvature(j, curvature) } -> std::same_as<double>;
};

// A penalty of the path problems: ElasticNet, which has a duality gap, or SeparablePenalty, which may be nonconvex.
template <class P>
concept CoordinatePenalty = requires(const P& p, std::size_t j, double w, double q, double curvature, double fraction) {
  { p.minimizer(j, w, q, curvature) } -> std::same_as<double>;
  // penalty_j(w)
  { p.value(j, w) } -> std::same_as<double>;
  // KKT violation: the distance of q from the subdifferential of penalty_j at w.
  { p.distance(j, w, q) } -> std::same_as<double>;
  // > 0 if coefficient j leaves zero under `fraction` times the penalty; larger values are added to the set first.
  { p.screening_excess(j, q, curvature, fraction) } -> std::same_as<double>;
};

// argmin_u 1/2 (u - z)^2 + bound |u|
inline double soft_threshold(double z, double bound) { return z - std::min(std::max(z, -bound), bound); }

}  // namespace proxnet
