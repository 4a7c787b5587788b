// A generalised linear model with an elastic net as the path driver asks for it: proximal Newton steps on a working
// set.
#pragma once

#include <optional>

#include "linear/penalty/glm_gap.h"
#include "linear/solver/glm_point.h"
#include "linear/solver/gram_solver.h"

namespace proxnet {

class GlmProblem : public GlmPoint {
 public:
  static constexpr double kInnerTolRatio = 0.3;
  static constexpr double kKktTolRatio = 100;
  static constexpr bool kInexactInner = true;

  // The penalty's factors, where there are any, are one a coefficient.
  GlmProblem(const GlmData& data, Datafit& fit, const ElasticNetPenalty& penalty, const PathOptions& options,
             Poller& poll);

  double alpha_max() const { return alpha_max_; }
  // The intercepts, which no certificate is about, have been settled with the start.
  bool is_optimal(const Certificate& c, double tol) const {
    return !penalty_->none() && c.gap <= tol && !fit_.scale_floored();
  }
  double null_value() const { return null_value_; }
  void set_alpha(double alpha);
  double screening_excess(std::size_t j, const std::vector<double>& q, double alpha_fraction) const {
    return penalty_->excess(q[j]) - alpha_fraction * penalty_->l1(j);
  }
  std::size_t solve(double tol, std::size_t max_iter);
  Certificate certificate() const;
  double objective() const { return loss_ + penalty_value(); }

 private:
  // A point whose scale is held.
  struct SavedPoint {
    std::vector<double> w, z, unpenalized_coef;
    double scale, gap;
  };
  SavedPoint saved_point(double gap) const { return {set_.w, z_, unpenalized_coef_, fit_.scale(), gap}; }
  Certificate check_set();
  // What the gap misses where rounding keeps the derivatives of what is not penalised from zero.
  double unpenalized_gap() const;
  bool gram_pays() const;
  bool step(double distance);
  // Moves along `moves` (predictions) and the set to before + t * step, as far as the objective falls.
  bool search(const std::vector<double>& before, std::vector<double> moves, const std::vector<double>& unpenalized_step,
              double promised);
  double directional_derivative(const std::vector<double>& before, const std::vector<double>& after, double t,
                                const std::vector<double>& moves) const;
  void take_curvature();
  double penalty_value() const;

  const ElasticNetPenalty& given_;
  const PathOptions& options_;
  std::optional<ElasticNet> penalty_;  // at the alpha aimed at
  std::vector<double> curvature_;      // of every coefficient where it was aimed at, without a penalty
  double null_value_ = 0, alpha_max_ = 0;
  double promised_ = 0;   // by the last step, to first order: twice what a Newton step gains
  double tol_ = 0;        // of a scale that is held
  std::size_t idle_ = 0;  // steps at this alpha that promised less than rounding
  GramSolver solver_;
};

}  // namespace proxnet
