// Least squares under any penalty of single weights, convex or not, by coordinate descent.
#pragma once

#include "proxnet/linear.h"
#include "proxnet/penalty.h"

namespace proxnet {

struct PenalizedFit {
  std::vector<double> coef;
  double intercept = 0;
  double objective = 0;  // 1 / (2 sum s) sum_i s_i (y_i - x_i w - b)^2 + penalty(w)
  double kkt = 0;        // largest subdiff_distance of a weight
  double scale = 0;      // largest correlation of a column with the target: that distance at w = 0 without a penalty
  std::size_t passes = 0;
  bool converged = false;  // no single weight moves by more than the tolerance, and kkt <= tol * scale
};

// Of options: fit_intercept, tol, max_iter, start, poll. Without a start the strength falls from where all is zero in
// `count` steps, each from the solution before it, which leads non-convex penalties to good local minima. Penalties of
// groups are refused. Throws InvalidInput, Interrupted.
PROXNET_EXPORT PenalizedFit penalized_least_squares(const Design& x, const double* y, const double* sample_weight,
                                                    const Penalty& penalty, const PathOptions& options);

}  // namespace proxnet
