// Linear models with any penalty of single coefficients, convex or not, by coordinate descent.
#pragma once

#include "proxnet/glm.h"
#include "proxnet/penalty.h"

namespace proxnet {

// Minimizes 1 / (2 sum s) sum_i s_i (y_i - x_i w - b)^2 + alpha * penalty; alpha multiplies the strengths of the
// penalty. Each point is a minimum along every coordinate. Nonconvex penalties have no dual, so LinearPath::gap is
// max(kkt, max_j |exact coordinate step of j| * curvature of j); dual_gap is given for L1 and L2 with all factors > 0.
// Without options.alphas, the grid starts at the smallest alpha at which no single coefficient leaves zero. Each point
// starts at the solution before it, which leads nonconvex penalties to good local minima. Group penalties are refused.
// Throws InvalidInput, Interrupted.
PROXNET_EXPORT LinearPath penalized_path(const Design& x, const double* y, const double* sample_weight,
                                         const Penalty& penalty, const PathOptions& options);

// The single point alpha = 1. Without a start it is reached by a path of `count` alphas, whose iterations are included.
PROXNET_EXPORT LinearPath penalized_least_squares(const Design& x, const double* y, const double* sample_weight,
                                                  const Penalty& penalty, const PathOptions& options);

// The same for other losses: sum_i s_i phi_i / sum s + alpha * penalty; factors: (cols). L1 and L2 with all factors > 0
// are solved by glm_path, with its duality gap and tolerance. For the others gap is as above, with a curvature that no
// point exceeds, and null_value is the largest derivative at zero coefficients. Refused: L0 with kPoisson,
// constant_column.
PROXNET_EXPORT LinearPath penalized_path(const Design& x, const double* y, const double* sample_weight,
                                         const GlmTask& task, const Penalty& penalty, const PathOptions& options);
PROXNET_EXPORT LinearPath penalized_glm(const Design& x, const double* y, const double* sample_weight,
                                        const GlmTask& task, const Penalty& penalty, const PathOptions& options);

// Solves the path over options.alphas on every fold, the folds in parallel.
PROXNET_EXPORT CrossValidation cross_validate(const Design& x, const double* y, const std::vector<Fold>& folds,
                                              const Penalty& penalty, const PathOptions& options);

}  // namespace proxnet
