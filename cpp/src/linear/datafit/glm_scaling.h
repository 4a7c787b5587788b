// Rescales a generalised linear model so that the loss of a row is about 1, because the solver has absolute limits of
// rounding. With z, w and F the solver's predictions, coefficients and objective, the caller's are weight * z + shift,
// weight * w and objective * F. objective and weight are powers of two: scaling by them does not round.
//   Poisson with an intercept: objective ~ mean of y, shift = log(objective)
//   Huber: objective = weight ~ median |y - shift|, shift = median of y, or 0 without an intercept
//   other losses: objective = weight = 1, shift = 0
#pragma once

#include <vector>

#include "proxnet/glm.h"

namespace proxnet {

class GlmScaling {
 public:
  // normalized_weight: (rows), sum 1.
  GlmScaling(const GlmTask& task, const double* y, const std::vector<double>& normalized_weight, bool fit_intercept);

  // y, and predictions z in place, from the caller's scale to the solver's.
  std::vector<double> targets(const double* y) const;
  void predictions(std::vector<double>& z) const;
  // alpha * penalty(w of the caller) = alpha_scale(penalty) * alpha * inside(penalty)(w of the solver), up to
  // `objective`.
  double alpha_scale(const ElasticNetPenalty& penalty) const { return weight / objective * mixed(penalty); }
  ElasticNetPenalty inside(ElasticNetPenalty penalty) const {
    penalty.l1_ratio /= mixed(penalty);
    return penalty;
  }
  // Derivatives by coefficients: the caller's are gradient_scale() times the solver's.
  double gradient_scale() const { return objective / weight; }
  // Rescales every result but the alphas to the caller's scale; gap: the factor of path.gap, path.limit and
  // path.null_value.
  void restore(LinearPath& path, double gap) const;

  double objective = 1, weight = 1, shift = 0;

 private:
  double mixed(const ElasticNetPenalty& penalty) const {
    return weight == 1 ? 1 : penalty.l1_ratio + (1 - penalty.l1_ratio) * weight;
  }

  std::size_t rows_;
  bool huber_;
};

}  // namespace proxnet
