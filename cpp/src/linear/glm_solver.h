// A generalised linear model along its path: proximal Newton steps on a working set, carried from alpha to alpha.
#pragma once

#include "linear/glm_gap.h"
#include "linear/glm_set.h"
#include "linear/gram_solver.h"
#include "linear/path_solver.h"

namespace proxnet {

class GlmSolver {
 public:
  // The penalty's factors, where there are any, are one a coefficient.
  GlmSolver(const GlmData& data, Datafit& fit, const ElasticNetPenalty& penalty, const PathOptions& options,
            Poller& poll);

  double alpha_max() const { return alpha_max_; }
  double null_value() const { return null_value_; }
  PathPoint solve(double alpha);
  // (outputs, cols) and (outputs)
  void coefficients(double* coef, double* intercept) const;

 private:
  // Newton steps until the gap over the set is at most `tol`; the steps made.
  std::size_t solve_set(const ElasticNet& penalty, double tol, std::size_t most);
  bool gram_pays(const ElasticNet& penalty) const;
  bool step(const ElasticNet& penalty, double distance);
  // Moves along `moves` (predictions) and the set to before + t * step, as far as the objective falls.
  bool search(const ElasticNet& penalty, const std::vector<double>& before, const std::vector<double>& moves,
              const std::vector<double>& intercept_moves, double promised);
  void rebuild_predictions();
  double penalty_value(const ElasticNet& penalty) const;
  Certificate check_set(const ElasticNet& penalty);
  Certificate check_all(const ElasticNet& penalty, bool anew);
  void take_in(const ElasticNet& penalty, double alpha);
  bool take_in_violators(const ElasticNet& penalty, const Columns& among);
  void take_highest(const ElasticNet& penalty, Columns& columns, const std::vector<double>& derivatives);

  const GlmData& data_;
  Datafit& fit_;
  const ElasticNetPenalty& penalty_;
  const PathOptions& options_;
  Poller& poll_;
  const std::size_t count_;  // of coefficients
  std::vector<double> z_, intercept_;
  double loss_ = 0, null_value_ = 0, alpha_max_ = 0;
  std::vector<double> derivative_;  // of every coefficient, as last checked
  std::vector<double> before_;      // and at the check of the alpha before
  double last_alpha_ = 0, alpha_before_ = 0;
  double last_distance_ = 0;  // of the set when its step began
  GlmSet set_;
  GramSolver solver_;
  Columns everything_;
};

}  // namespace proxnet
