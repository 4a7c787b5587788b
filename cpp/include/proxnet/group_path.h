// Least squares under norms of groups of columns, for one target or several: group lasso, sparse group lasso,
// multi-task lasso and elastic net; each point of the path with its duality gap.
#pragma once

#include "proxnet/linear.h"

namespace proxnet {

// alpha * (l1 sum f |w| + sum over groups g of norms[g] |W_g| + l2 / 2 sum f w^2), where W_g are the coefficients of
// the columns members[starts[g]] to members[starts[g + 1]] for all targets. Every column is in one group. Columns on
// which nothing of this is are not penalised, as ElasticNetPenalty's of factor 0.
struct GroupPenalty {
  double l1 = 0, l2 = 0;
  std::vector<std::size_t> starts, members;
  std::vector<double> norms;    // >= 0
  std::vector<double> factors;  // f, one a column, >= 0; empty: all 1
};

// Of the objective 1 / (2 sum s) sum_i s_i |y_i - x_i W - b|^2 + penalty; coef: (alphas, targets, cols), intercept:
// (alphas, targets).
struct GroupPath : PathRecord {
  double target_square = 0;  // as LinearPath's; times tol: the tolerance
};

// y: (targets, rows); options.start: (targets, cols). Throws InvalidInput, Interrupted.
PROXNET_EXPORT GroupPath group_path(const Design& x, const double* y, std::size_t targets, const double* sample_weight,
                                    const GroupPenalty& penalty, const PathOptions& options);

// The path over options.alphas on every fold, mean squares over rows and targets; threads share the folds.
PROXNET_EXPORT CrossValidation cross_validate(const Design& x, const double* y, std::size_t targets,
                                              const std::vector<Fold>& folds, const GroupPenalty& penalty,
                                              const PathOptions& options);

}  // namespace proxnet
