// A generalised linear model under a separable penalty, convex or not, for the path driver: Newton models minimized by
// the penalty's prox. A block is a coefficient.
#pragma once

#include "linear/penalty/damped_penalty.h"
#include "linear/solver/glm_point.h"

namespace proxnet {

class PenalizedGlmProblem : public GlmPoint {
 public:
  static constexpr double kInnerTolRatio = 0.3;
  static constexpr double kKktTolRatio = INFINITY;  // the "gap" is a KKT violation already
  static constexpr bool kInexactInner = true;

  // penalty.factors, if any: one per coefficient. square: (cols), weighted mean of the squared columns, centered if
  // there is an intercept.
  PenalizedGlmProblem(const GlmData& data, Datafit& fit, const Penalty& penalty, const std::vector<double>& square,
                      const ProblemScale& scale, const PathOptions& options, Poller& poll);

  // The smallest alpha at which no penalized coefficient leaves zero, under the curvature bound of its column.
  double alpha_max() const { return alpha_max_; }
  // Never: the certificate does not cover the unpenalized coefficients, a step fits them too.
  bool is_optimal(const Certificate&, double) const { return false; }
  // max |gradient| at zero coefficients.
  double null_value() const { return null_value_; }
  // Iterations that the fit of the unpenalized coefficients alone took.
  std::size_t null_iterations() const { return null_iterations_; }
  void set_alpha(double alpha);
  double screening_excess(std::size_t j, const std::vector<double>& q, double alpha_fraction) const {
    return penalty_.screening_excess(j, q[j], curvature_bound(j), alpha_fraction);
  }
  std::size_t solve(double tol, std::size_t max_iter);
  // See SeparablePenalty::add_to.
  Certificate certificate() const;
  double objective() const { return loss_ + penalty_value(penalty_); }

 private:
  // Upper bound of the Hessian diagonal of coefficient j.
  double curvature_bound(std::size_t j) const {
    const double square = square_[j % data_.cols];
    return square > 0 ? square * fit_.curvature_bound() : 0;
  }
  void begin_at_null(const PathOptions& options);
  Certificate check_set();
  // One Newton step, repeated with more damping while the objective does not fall; false if nothing moves that lowers
  // it.
  bool step(double distance);
  // The minimizer of the damped model: predicted decrease, changed coefficients, changes.
  struct Proposal {
    double falls = 0;
    std::vector<std::size_t> at;
    std::vector<double> moves;             // (outputs, rows), of the predictions
    std::vector<double> unpenalized_step;  // (outputs, directions)
  };
  Proposal propose(const std::vector<double>& before, const std::vector<double>& set_neg_gradient, double distance);

  const PathOptions& options_;
  const std::vector<double>& square_;
  SeparablePenalty penalty_;
  DampedPenalty damped_;
  double null_value_ = 0, alpha_max_ = 0;  // alpha_max_: 0 if the null solution was not needed
  std::size_t null_iterations_ = 0;
  bool careful_ = false;
};

}  // namespace proxnet
