// Linear models under any penalty of single weights, convex or not, by coordinate descent.
#pragma once

#include "proxnet/glm.h"
#include "proxnet/penalty.h"

namespace proxnet {

// Of the objective 1 / (2 sum s) sum_i s_i (y_i - x_i w - b)^2 + alpha times the penalty, alpha multiplying its
// strengths; coef: (alphas, cols). Each point is a minimum over every single weight. Penalties that are not convex have
// no dual value: the gap is the larger of kkt and the largest step that a weight would make alone, in units of its
// gradient. dual_gap is of penalties of L1 and L2 whose factors are > 0.
struct PenalizedPath : PathRecord {
  double scale = 0;  // largest correlation of a column with the target; times tol: the tolerance of the gap
};

// Without alphas, from where no single weight leaves zero down to eps times that, each from the solution before it,
// which leads non-convex penalties to good local minima. Penalties of groups are refused. Throws InvalidInput,
// Interrupted.
PROXNET_EXPORT PenalizedPath penalized_path(const Design& x, const double* y, const double* sample_weight,
                                            const Penalty& penalty, const PathOptions& options);

// The one point alpha = 1; without a start by way of a path of `count` alphas, whose iterations are counted in.
PROXNET_EXPORT PenalizedPath penalized_least_squares(const Design& x, const double* y, const double* sample_weight,
                                                     const Penalty& penalty, const PathOptions& options);

// The same of other losses: sum_i s_i loss_i / sum s + alpha times the penalty; factors are one a column. L1 and L2
// whose factors are > 0 are glm_path's, its gap the dual gap and its tolerance; of the others gap is as above, where a
// weight's own step is under a curvature that no point exceeds, and null_value the largest slope where all is zero. No
// L0 with kPoisson, no constant_column.
PROXNET_EXPORT GlmPath penalized_path(const Design& x, const double* y, const double* sample_weight,
                                      const GlmTask& task, const Penalty& penalty, const PathOptions& options);
PROXNET_EXPORT GlmPath penalized_glm(const Design& x, const double* y, const double* sample_weight, const GlmTask& task,
                                     const Penalty& penalty, const PathOptions& options);

// The path over options.alphas on every fold; threads share the folds.
PROXNET_EXPORT CrossValidation cross_validate(const Design& x, const double* y, const std::vector<Fold>& folds,
                                              const Penalty& penalty, const PathOptions& options);

}  // namespace proxnet
