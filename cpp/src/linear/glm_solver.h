// A generalised linear model as the path driver asks for it: proximal Newton steps on a working set. A unit is a
// coefficient.
#pragma once

#include <optional>

#include "linear/glm_gap.h"
#include "linear/glm_set.h"
#include "linear/gram_solver.h"

namespace proxnet {

class GlmSolver {
 public:
  static constexpr double kRoom = 0.3;
  static constexpr bool kLoose = true;

  // The penalty's factors, where there are any, are one a coefficient.
  GlmSolver(const GlmData& data, Datafit& fit, const ElasticNetPenalty& penalty, const PathOptions& options,
            Poller& poll);

  double alpha_max() const { return alpha_max_; }
  // A step settles the intercepts too, which no certificate is about.
  bool settled(const Certificate&, double) const { return false; }
  double null_value() const { return null_value_; }
  double scale() const { return 1; }
  std::size_t units() const { return count_; }
  bool has(std::size_t j) const { return set_.has(j); }
  bool whole() const { return set_.size() == count_; }
  void aim(double alpha);
  double excess(std::size_t j, const std::vector<double>& q, double share) const {
    return penalty_->excess(q[j]) - share * penalty_->l1(j);
  }
  std::size_t most_fresh() const { return std::max<std::size_t>(64, set_.support().size()); }
  void add(const Columns& coefficients) { set_.add(coefficients, poll_); }
  std::size_t solve(double tol, std::size_t most);
  void see(const Columns& coefficients);
  void see_all();
  Certificate certificate() const;
  // (outputs, cols) and (outputs)
  void coefficients(double* coef, double* intercept) const;

  std::vector<double> seen;

 private:
  // A point whose scale is held.
  struct Held {
    std::vector<double> w, z, intercept;
    double scale;
  };
  Certificate check_set();
  // What the gap misses where rounding keeps the intercepts' derivatives from zero.
  double unsettled() const;
  bool gram_pays() const;
  bool step(double distance);
  // Moves along `moves` (predictions) and the set to before + t * step, as far as the objective falls.
  bool search(const std::vector<double>& before, std::vector<double> moves, const std::vector<double>& intercept_moves,
              double promised);
  double slope_along(const std::vector<double>& before, const std::vector<double>& after, double t,
                     const std::vector<double>& moves) const;
  void rebuild_predictions();
  void take_curvature();
  double penalty_value() const;

  const GlmData& data_;
  Datafit& fit_;
  const ElasticNetPenalty& given_;
  const PathOptions& options_;
  Poller& poll_;
  const std::size_t count_;            // of coefficients
  std::optional<ElasticNet> penalty_;  // at the alpha aimed at
  std::vector<double> curvature_;      // of every coefficient where it was aimed at, without a penalty
  std::vector<double> z_, intercept_;
  double loss_ = 0, null_value_ = 0, alpha_max_ = 0;
  double last_distance_ = 0;  // of the set when its step began
  double promised_ = 0;       // by the last step, to first order: twice what a Newton step gains
  double tol_ = 0;            // of a scale that is held
  std::size_t idle_ = 0;      // steps at this alpha that promised less than rounding
  GlmSet set_;
  GramSolver solver_;
};

}  // namespace proxnet
