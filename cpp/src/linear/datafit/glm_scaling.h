// The units in which a generalised linear model is solved: the loss of a row is about 1, so that absolute limits of
// rounding hold for any y. Predictions are weight * z + shift, coefficients weight * w, objectives objective * F, given
// z, w and F of the solver. Units are powers of two: they round nothing.
//   Poisson, with an intercept: objective = about the mean of y, shift = its logarithm
//   Huber: objective = weight = about the median of |y - shift|, shift = the median of y, 0 without an intercept
//   else 1, 1 and 0
#pragma once

#include <vector>

#include "proxnet/glm.h"

namespace proxnet {

class GlmScaling {
 public:
  // share: of the rows in the weight of all, sum 1.
  GlmScaling(const GlmTask& task, const double* y, const std::vector<double>& normalized_weight, bool fit_intercept);

  // y in the solver's units; z likewise, in place.
  std::vector<double> targets(const double* y) const;
  void predictions(std::vector<double>& z) const;
  // alpha * penalty of the coefficients is alpha_scale(penalty) * alpha * inside(penalty) of the solver's.
  double alpha_scale(const ElasticNetPenalty& penalty) const { return weight / objective * mixed(penalty); }
  ElasticNetPenalty inside(ElasticNetPenalty penalty) const {
    penalty.l1_ratio /= mixed(penalty);
    return penalty;
  }
  // Of derivatives by coefficients, in the solver's.
  double gradient_scale() const { return objective / weight; }
  // Everything but alphas into the caller's units; gap: of `path.gap` and what it is compared with.
  void restore(GlmPath& path, double gap) const;

  double objective = 1, weight = 1, shift = 0;

 private:
  double mixed(const ElasticNetPenalty& penalty) const {
    return weight == 1 ? 1 : penalty.l1_ratio + (1 - penalty.l1_ratio) * weight;
  }

  std::size_t rows_;
  bool huber_;
};

}  // namespace proxnet
