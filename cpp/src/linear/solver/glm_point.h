// A generalised linear model at a point: coefficients in a working set, the predictions, and what is not penalised,
// intercepts and free columns, at its best.
// What every solver of such models asks of it, and the path driver of them. A unit is a coefficient.
#pragma once

#include <algorithm>

#include "linear/working_set/glm_set.h"

namespace proxnet {

class GlmPoint {
 public:
  double scale() const { return 1; }
  std::size_t blocks() const { return count_; }
  bool has(std::size_t j) const { return set_.has(j); }
  bool all_active() const { return set_.size() + data_.unpenalized.columns().size() * fit_.outputs == count_; }
  std::size_t max_new_blocks() const { return std::max<std::size_t>(64, set_.support().size()); }
  void add(const Columns& coefficients) { set_.add(coefficients, poll_); }
  void update_gradient(const Columns& coefficients);
  void update_all_gradients();
  // (outputs, cols) and (outputs). What no penalty fixes has the mean zero over several outputs.
  void coefficients(double* coef, double* intercept, bool penalised = true) const;

  std::vector<double> neg_gradient;

 protected:
  GlmPoint(const GlmData& data, Datafit& fit, Poller& poll);
  // Of every coefficient.
  std::vector<double> all_weights() const;
  void start_at(const double* weights);
  void rebuild_predictions();
  // z += (outputs, directions) of what is not penalised
  void move(const std::vector<double>& by, std::vector<double>& z) const;
  // The slopes of the set.
  void update_set_gradient();
  // The set's second derivatives for a step `distance` from the optimum; whether they are others than before.
  bool renew_hessian(double distance);

  const GlmData& data_;
  Datafit& fit_;
  Poller& poll_;
  const std::size_t count_;                   // of coefficients
  std::vector<double> z_, unpenalized_coef_;  // settled: (outputs, directions), along what is not penalised
  double loss_ = 0;
  double last_distance_ = 0;    // of the set when its step began
  std::size_t slow_steps_ = 0;  // the last ones with little progress
  GlmSet set_;
};

}  // namespace proxnet
