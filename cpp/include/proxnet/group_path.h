// Least squares with group penalties for one or several targets: group lasso, sparse group lasso, multi-task lasso and
// elastic net; the duality gap certifies each point.
#pragma once

#include "proxnet/linear.h"

namespace proxnet {

// alpha * (l1 sum f |w| + sum_g norms[g] |W_g|_2 + l2 / 2 sum f w^2). W_g: coefficients of the columns
// members[starts[g]] to members[starts[g + 1]] for all targets. Every column is in exactly one group. Columns without
// any penalty are treated as those with factor 0 of ElasticNetPenalty.
struct GroupPenalty {
  double l1 = 0, l2 = 0;
  std::vector<std::size_t> starts, members;
  std::vector<double> norms;    // >= 0
  std::vector<double> factors;  // f, (cols), >= 0; empty: all 1
};

// Minimizes 1 / (2 sum s) sum_i s_i |y_i - x_i W - b|^2 + penalty.
// y: (targets, rows); options.start: (targets, cols). Throws InvalidInput, Interrupted.
PROXNET_EXPORT LinearPath group_path(const Design& x, const double* y, std::size_t targets, const double* sample_weight,
                                     const GroupPenalty& penalty, const PathOptions& options);

// Solves the path over options.alphas on every fold, the folds in parallel; mean squares are over rows and targets.
PROXNET_EXPORT CrossValidation cross_validate(const Design& x, const double* y, std::size_t targets,
                                              const std::vector<Fold>& folds, const GroupPenalty& penalty,
                                              const PathOptions& options);

}  // namespace proxnet
