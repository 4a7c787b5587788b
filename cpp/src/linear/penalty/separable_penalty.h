// A penalty object of single coefficients, convex or not, for coordinate solvers: MCP, SCAD, log-sum, L0, L1 and L2.
// Its formulas are those of penalties/; an exact coordinate step is the prox with step 1 / curvature.
#pragma once

#include "linear/design/design.h"
#include "linear/penalty/duality_gap.h"
#include "penalties/penalty_formula.h"
#include "penalties/penalty_panels.h"
#include "runtime/dispatch.h"

namespace proxnet {

// Throws InvalidInput for a penalty that is invalid or not a sum over single coefficients, one per column.
void check_separable(const Penalty& penalty, std::size_t cols);

// Scales of a problem against its caller's: problem objective = objective * caller's, caller's coefficient = weight *
// problem's.
struct ProblemScale {
  double objective = 1, weight = 1;
};

class SeparablePenalty {
 public:
  SeparablePenalty(const Penalty& penalty, std::size_t count, ProblemScale scale)
      : objective_scale_(scale.objective),
        weight_scale_(scale.weight),
        given_(penalty),
        panel_(penalty, count, 1),
        count_(count) {}

  // Sets the penalty to alpha times the given strengths.
  void set_alpha(double alpha) { alpha_ = alpha, penalty_ = scaled(given_, alpha); }
  double alpha() const { return alpha_; }
  bool is_unpenalized(std::size_t j) const { return !given_.factors.empty() && given_.factors[j] == 0; }
  Columns unpenalized_weights() const;
  // argmin_u curvature / 2 (u - w)^2 - q (u - w) + alpha_fraction * penalty_j(u); 0 if the curvature is 0.
  double minimizer(std::size_t j, double w, double q, double curvature, double alpha_fraction = 1) const {
    if (!(curvature > 0)) return 0;
    alignas(64) double point[kPanel<double>] = {weight_scale_ * (w + q / curvature)};
    alignas(64) double metric[kPanel<double>] = {objective_scale_ * weight_scale_ * weight_scale_ / curvature};
    alignas(64) double next[kPanel<double>];
    panel_.prox(kernels<double>(), alpha_fraction * alpha_, j, 1, point, metric, next);
    return next[0] / weight_scale_;
  }
  // Whether coefficient j leaves zero: by its exact step, or for an infinite curvature by |q| against the penalty's
  // derivative.
  bool leaves_zero(std::size_t j, double q, double curvature, double alpha_fraction = 1) const {
    if (std::isinf(curvature)) return std::fabs(q) > alpha_fraction * derivative(j, 0);
    return minimizer(j, 0, q, curvature, alpha_fraction) != 0;
  }
  double screening_excess(std::size_t j, double q, double curvature, double fraction) const {
    return leaves_zero(j, q, curvature, std::max(fraction, 0.0)) ? std::fabs(q) : -1;
  }
  double value(std::size_t j, double w) const {
    return objective_scale_ * penalty_at(of_row(penalty_, j), weight_scale_ * std::fabs(w));
  }
  // Distance of q from the subdifferential of the penalty at w.
  double distance(std::size_t j, double w, double q) const {
    const double own = derivative(j, std::fabs(w));
    return w != 0 ? std::fabs(q - std::copysign(own, w)) : std::max(std::fabs(q) - own, 0.0);
  }
  // Adds coefficient j to the certificate. There is no dual value: the gap is max(KKT violation, |exact step| *
  // curvature).
  void add_to(Certificate& c, std::size_t j, double w, double q, double curvature) const {
    c.distance = std::max(c.distance, distance(j, w, q));
    c.gap = std::max(c.gap, c.distance);
    if (std::isfinite(curvature)) c.gap = std::max(c.gap, std::fabs(minimizer(j, w, q, curvature) - w) * curvature);
  }
  // alpha_max: the smallest alpha at which no penalized coefficient leaves zero, given negative gradients q and
  // curvatures there; infinite if no alpha makes zeros. Under a nonconvex penalty a coefficient may leave zero before
  // the objective falls along its way.
  double alpha_of_zeros(const std::vector<double>& q, const std::vector<double>& curvature, Poller& poll) const;

 private:
  // Derivative of penalty_j at |w_j| = x.
  double derivative(std::size_t j, double x) const {
    const Penalty own = of_row(penalty_, j);
    return own.none() ? 0 : objective_scale_ * weight_scale_ * penalty_slope(own, weight_scale_ * x);
  }

  const double objective_scale_, weight_scale_;
  const Penalty& given_;
  const PanelPenalty<double> panel_;
  const std::size_t count_;
  Penalty penalty_;
  double alpha_ = 0;
};
static_assert(CoordinatePenalty<SeparablePenalty>);

}  // namespace proxnet
