// The quadratic model of a set too large for a Gram matrix: coordinate descent under a penalty that makes zeros,
// conjugate gradients under an elastic net without an L1 part.
#pragma once

#include "linear/penalty/elastic_net.h"
#include "linear/penalty/prox_rule.h"
#include "linear/working_set/glm_set.h"

namespace proxnet {

class GlmDescent {
 public:
  // The model at the point last derived, whose slopes stand in the set.
  GlmDescent(const GlmData& data, const Datafit& fit, GlmSet& set, Poller& poll);

  // Moves set.w to the model's minimum, as far as `distance` from it; what the intercepts do meanwhile.
  std::vector<double> solve(const ElasticNet& penalty, double distance, std::size_t max_iter);
  std::vector<double> solve(const ProxRule& rule, double distance, std::size_t max_iter);
  // Of the move that coordinate descent made: its product with the second derivatives and itself, given what it does to
  // the predictions, (outputs, rows), the intercepts' part included.
  double curvature_along(const std::vector<double>& moves, const std::vector<double>& gradient) const;

 private:
  // As ProxRule: next(s, w, q, curvature), and stiff(s, curvature).
  template <class Rule> std::vector<double> descend(const Rule& rule, double distance, std::size_t max_iter);
  std::vector<double> conjugate(const ElasticNet& penalty, double distance, std::size_t max_iter);
  // out = second derivatives times predictions v, (outputs, rows)
  void hessian_product(const std::vector<double>& v, std::vector<double>& out) const;
  // residual += second derivatives times the predictions of one coefficient's step
  void push(std::size_t s, double step);
  void push_intercepts(std::vector<double>& intercepts);

  const GlmData& data_;
  const std::size_t outputs_, rows_;
  GlmSet& set_;
  Poller& poll_;
  std::vector<std::vector<double>> second_;  // of outputs k and m at k * outputs + m
  const std::vector<double>& coupling_;
  std::vector<double> residual_;  // the model's derivatives by the predictions
};

}  // namespace proxnet
