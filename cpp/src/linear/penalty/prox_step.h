// What one weight would do alone: the penalty's prox along its column, in the metric that makes the step exact.
#pragma once

#include "linear/design/design.h"
#include "linear/penalty/gap.h"
#include "penalties/penalty_formula.h"
#include "penalties/penalty_panels.h"
#include "runtime/dispatch.h"

namespace proxnet {

// What 1 of the objective is in the problem's, and 1 of the problem's weights in the penalty's.
struct ProxScale {
  double objective = 1, weight = 1;
};

class ProxStep {
 public:
  ProxStep(const Penalty& penalty, std::size_t count, ProxScale scale)
      : objective_scale_(scale.objective),
        weight_scale_(scale.weight),
        given_(penalty),
        panel_(penalty, count, 1),
        count_(count) {}

  // What follows is at alpha times the strengths given.
  void set_alpha(double alpha) { alpha_ = alpha, penalty_ = scaled(given_, alpha); }
  double alpha() const { return alpha_; }
  bool is_unpenalized(std::size_t j) const { return !given_.factors.empty() && given_.factors[j] == 0; }
  Columns unpenalized_weights() const;
  // Of weight j, which is w where the loss has slope -q and this curvature; alpha times `share`. 0 without curvature.
  double minimiser(std::size_t j, double w, double q, double curvature, double alpha_fraction = 1) const {
    if (!(curvature > 0)) return 0;
    alignas(64) double point[kPanel<double>] = {weight_scale_ * (w + q / curvature)};
    alignas(64) double metric[kPanel<double>] = {objective_scale_ * weight_scale_ * weight_scale_ / curvature};
    alignas(64) double next[kPanel<double>];
    panel_.prox(kernels<double>(), alpha_fraction * alpha_, j, 1, point, metric, next);
    return next[0] / weight_scale_;
  }
  // Whether a weight at zero leaves it: its own step, or under an infinite curvature the slope says so.
  bool leaves_zero(std::size_t j, double q, double curvature, double alpha_fraction = 1) const {
    if (std::isinf(curvature)) return std::fabs(q) > alpha_fraction * derivative(j, 0);
    return minimiser(j, 0, q, curvature, alpha_fraction) != 0;
  }
  double value(std::size_t j, double w) const {
    return objective_scale_ * penalty_at(of_row(penalty_, j), weight_scale_ * std::fabs(w));
  }
  // How far -q is from the penalty's subdifferential.
  double distance(std::size_t j, double w, double q) const {
    const double own = derivative(j, std::fabs(w));
    return w != 0 ? std::fabs(q - std::copysign(own, w)) : std::max(std::fabs(q) - own, 0.0);
  }
  // Takes weight j into `c`. There is no dual value: the gap is the distance, or the step that it would make alone if
  // that is larger, in units of its slope.
  void add_to(Certificate& c, std::size_t j, double w, double q, double curvature) const {
    c.distance = std::max(c.distance, distance(j, w, q));
    c.gap = std::max(c.gap, c.distance);
    if (std::isfinite(curvature)) c.gap = std::max(c.gap, std::fabs(minimiser(j, w, q, curvature) - w) * curvature);
  }
  // From where on no weight that is penalised leaves zero, given slopes -q and curvatures there; infinite where no
  // strength does that. Under curved penalties single weights leave it before the objective falls on its way.
  double alpha_of_zeros(const std::vector<double>& q, const std::vector<double>& curvature, Poller& poll) const;

 private:
  // Of the penalty at |w_j| = x.
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

}  // namespace proxnet
