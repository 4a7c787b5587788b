// State of a generalised linear model: coefficients in a working set, predictions z, and the unpenalized coefficients
// at their optimum for those. Shared by the GLM problems of the path driver; a block is one coefficient.
#pragma once

#include <algorithm>

#include "linear/penalty/coordinate_penalty.h"
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
  // coef: (outputs, cols), intercept: (outputs). Where the penalty does not fix it, the mean over several outputs is
  // made zero.
  void coefficients(double* coef, double* intercept, bool penalised = true) const;

  std::vector<double> neg_gradient;

 protected:
  GlmPoint(const GlmData& data, Datafit& fit, Poller& poll);
  // All coefficients, (outputs * cols).
  std::vector<double> all_weights() const;
  void start_at(const double* weights);
  void rebuild_predictions();
  // z += predictions of a step `by`, (outputs, directions), of the unpenalized coefficients
  void move(const std::vector<double>& by, std::vector<double>& z) const;
  template <CoordinatePenalty P> double penalty_value(const P& penalty) const {
    double value = 0;
    for (const std::size_t s : set_.support()) value += penalty.value(set_.ids[s], set_.w[s]);
    return value;
  }
  // Recomputes the negative gradient of the set.
  void update_set_gradient();
  // Whether forming and factoring the Hessian costs less than the iterations it saves; makes_zeros: of the penalty.
  bool gram_pays(const PathOptions& options, bool makes_zeros) const;
  // Recomputes the set's Hessian if it is too old for a step `distance` from the optimum; returns whether it did.
  bool renew_hessian(double distance);

  const GlmData& data_;
  Datafit& fit_;
  Poller& poll_;
  const std::size_t count_;                   // number of coefficients
  std::vector<double> z_, unpenalized_coef_;  // unpenalized_coef_: (outputs, directions)
  double loss_ = 0;
  double last_distance_ = 0;    // KKT violation when the last step began
  std::size_t slow_steps_ = 0;  // consecutive steps of little progress
  GlmSet set_;
};

}  // namespace proxnet
