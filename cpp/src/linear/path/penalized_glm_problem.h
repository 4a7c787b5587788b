// A generalised linear model under a penalty of single weights, convex or not, as the path driver asks for it: Newton
// steps whose weights move by the penalty's prox. A unit is a coefficient.
#pragma once

#include "linear/penalty/prox_rule.h"
#include "linear/solver/glm_point.h"

namespace proxnet {

class PenalizedGlmProblem : public GlmPoint {
 public:
  static constexpr double kInnerTolRatio = 0.3;
  static constexpr double kKktTolRatio = INFINITY;  // its gap is a distance
  static constexpr bool kInexactInner = true;

  // penalty: its factors, where there are any, are one a coefficient. square: of every column, less its mean where
  // there is an intercept, the mean over the rows' shares.
  PenalizedGlmProblem(const GlmData& data, Datafit& fit, const Penalty& penalty, const std::vector<double>& square,
                      const ProxScale& scale, const PathOptions& options, Poller& poll);

  // From where on no single weight leaves zero, under a curvature of its column that no point exceeds.
  double alpha_max() const { return alpha_max_; }
  // A step settles the intercepts too, which no certificate is about.
  bool is_optimal(const Certificate&, double) const { return false; }
  // The largest slope where all is zero.
  double null_value() const { return null_value_; }
  // What the solution without penalised weights took.
  std::size_t null_iterations() const { return null_iterations_; }
  void set_alpha(double alpha);
  double screening_excess(std::size_t j, const std::vector<double>& q, double alpha_fraction) const {
    return step_.leaves_zero(j, q[j], curvature_bound(j), std::max(alpha_fraction, 0.0)) ? std::fabs(q[j]) : -1;
  }
  std::size_t solve(double tol, std::size_t max_iter);
  // As ProxStep says.
  Certificate certificate() const;
  double objective() const { return loss_ + penalty_value(); }

 private:
  // Of coefficient j at any point.
  double curvature_bound(std::size_t j) const {
    const double square = square_[j % data_.cols];
    return square > 0 ? square * fit_.curvature_bound() : 0;
  }
  void begin_at_null(const PathOptions& options);
  double penalty_value() const;
  Certificate check_set();
  // Where the objective does not fall, again with more caution; false where nothing moves that lowers it.
  bool step(double distance);
  // Of the quadratic model, moved to its minimum: what it says of the objective's fall.
  struct Proposal {
    double falls = 0;
    std::vector<std::size_t> at;
    std::vector<double> moves;             // of the predictions, (outputs, rows)
    std::vector<double> unpenalized_step;  // (outputs, directions), of what is not penalised
  };
  Proposal propose(const std::vector<double>& before, const std::vector<double>& set_neg_gradient, double distance);
  bool gram_pays() const;

  const PathOptions& options_;
  const std::vector<double>& square_;
  ProxStep step_;
  ProxRule rule_;
  double null_value_ = 0, alpha_max_ = 0;  // alpha_max: 0 without the null solution
  std::size_t null_iterations_ = 0;
  bool careful_ = false;
};

}  // namespace proxnet
