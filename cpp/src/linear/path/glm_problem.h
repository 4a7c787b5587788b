// A generalised linear model with an elastic net for the path driver: proximal Newton steps on a working set.
#pragma once

#include <optional>

#include "linear/penalty/duality_gap.h"
#include "linear/solver/glm_point.h"
#include "linear/solver/gram_solver.h"

namespace proxnet {

class GlmProblem : public GlmPoint {
 public:
  static constexpr double kInnerTolRatio = 0.3;
  static constexpr double kKktTolRatio = 100;
  static constexpr bool kInexactInner = true;

  // penalty.factors, if any: one per coefficient, (outputs * cols).
  GlmProblem(const GlmData& data, Datafit& fit, const ElasticNetPenalty& penalty, const PathOptions& options,
             Poller& poll);

  double alpha_max() const { return alpha_max_; }
  // The certificate does not cover the unpenalized coefficients; they were fitted when the start was set.
  bool is_optimal(const Certificate& c, double tol) const {
    return !penalty_->none() && c.gap <= tol && !fit_.scale_floored();
  }
  double null_value() const { return null_value_; }
  void set_alpha(double alpha);
  double screening_excess(std::size_t j, const std::vector<double>& q, double alpha_fraction) const {
    return penalty_->screening_excess(j, q[j], 0, alpha_fraction);
  }
  std::size_t solve(double tol, std::size_t max_iter);
  Certificate certificate() const;
  double objective() const { return loss_ + penalty_value(*penalty_); }

 private:
  // An iterate to return to, with its scale.
  struct SavedPoint {
    std::vector<double> w, z, unpenalized_coef;
    double scale, gap;
  };
  SavedPoint saved_point(double gap) const { return {set_.w, z_, unpenalized_coef_, fit_.scale(), gap}; }
  Certificate check_set();
  // Bound on what rounding in the unpenalized derivatives adds to the gap.
  double unpenalized_gap() const;
  bool step(double distance);
  // Line search: moves the predictions by t * moves and the set to before + t * step, for a t at which the objective
  // falls.
  bool search(const std::vector<double>& before, std::vector<double> moves, const std::vector<double>& unpenalized_step,
              double promised);
  double directional_derivative(const std::vector<double>& before, const std::vector<double>& after, double t,
                                const std::vector<double>& moves) const;
  void take_curvature();

  const ElasticNetPenalty& given_;
  const PathOptions& options_;
  std::optional<ElasticNet> penalty_;  // at the current alpha
  std::vector<double> curvature_;      // Hessian diagonal at the last set_alpha(), without a penalty
  double null_value_ = 0, alpha_max_ = 0;
  double promised_ = 0;   // decrease promised by the last step, to first order: twice what a Newton step gains
  double set_gap_ = 0;    // under L1, gap of the set when the last step began
  double tol_ = 0;        // below this scale the floor is not released
  std::size_t idle_ = 0;  // steps at this alpha that promised less than rounding
  GramSolver solver_;
};

}  // namespace proxnet
