// Least squares under norms of groups of columns, for one target or several: group lasso, sparse group lasso,
// multi-task lasso and elastic net; each point of the path with its duality gap.
#pragma once

#include "proxnet/linear.h"

namespace proxnet {

// alpha * (l1 sum |w| + sum over groups g of norms[g] |W_g| + l2 / 2 sum w^2), where W_g are the coefficients of the
// columns members[starts[g]] to members[starts[g + 1]] for all targets. Every column is in one group.
struct GroupPenalty {
  double l1 = 0, l2 = 0;
  std::vector<std::size_t> starts, members;
  std::vector<double> norms;
};

// One row per alpha. Of the objective 1 / (2 sum s) sum_i s_i |y_i - x_i W - b|^2 + penalty:
struct GroupPath {
  std::vector<double> alphas;
  std::vector<double> coef;       // (alphas, targets, cols)
  std::vector<double> intercept;  // (alphas, targets)
  std::vector<double> gap;        // at most tol * target_square where converged
  double target_square = 0;       // sum s |y - mean|^2 / sum s, the mean only with an intercept
  std::vector<double> kkt;        // largest distance of a group's correlation from its subdifferential
  std::vector<std::size_t> passes;
  std::vector<bool> converged;
};

// y: (targets, rows); options.start: (targets, cols). Throws InvalidInput, Interrupted.
PROXNET_EXPORT GroupPath group_path(const Design& x, const double* y, std::size_t targets, const double* sample_weight,
                                    const GroupPenalty& penalty, const PathOptions& options);

}  // namespace proxnet
