// Minimizes the quadratic model of a working set too large for a Gram matrix: coordinate descent under penalties that
// make zeros, conjugate gradients under a pure L2 penalty.
#pragma once

#include "linear/penalty/damped_penalty.h"
#include "linear/working_set/glm_set.h"

namespace proxnet {

class GlmDescent {
 public:
  // The model at the point last derived, whose negative gradient the set holds.
  GlmDescent(const GlmData& data, const Datafit& fit, GlmSet& set, Poller& poll);

  // Moves set.w towards the model's minimizer, up to a KKT violation of `distance`. Returns the step of the unpenalized
  // coefficients, (outputs, directions).
  std::vector<double> solve(const ElasticNet& penalty, double distance, std::size_t max_iter);
  std::vector<double> solve(const DampedPenalty& penalty, double distance, std::size_t max_iter);
  // dz' H dz for the step dz = `moves` that coordinate descent made, (outputs, rows), including the unpenalized part;
  // `gradient` as at construction.
  double curvature_along(const std::vector<double>& moves, const std::vector<double>& gradient) const;

 private:
  template <CoordinateStep P> std::vector<double> descend(const P& penalty, double distance, std::size_t max_iter);
  std::vector<double> conjugate(const ElasticNet& penalty, double distance, std::size_t max_iter);
  // out = H v for predictions v, (outputs, rows)
  void hessian_product(const std::vector<double>& v, std::vector<double>& out) const;
  // residual += H * (the predictions of a step of coefficient s)
  void push(std::size_t s, double step);
  void push_intercepts(std::vector<double>& intercepts);

  const GlmData& data_;
  const std::size_t outputs_, rows_;
  GlmSet& set_;
  Poller& poll_;
  std::vector<std::vector<double>> second_;  // (outputs, outputs, rows): d2F / dz[k] dz[m]
  const std::vector<double>& coupling_;
  std::vector<double> residual_;  // the model's gradient by the predictions
};

}  // namespace proxnet
