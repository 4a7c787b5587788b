// The public functions of penalty objects: arguments checked, the driver run.
#include "linear/path/folds.h"
#include "linear/path/path_driver.h"
#include "linear/path/penalized_problem.h"
#include "proxnet/penalized.h"

namespace proxnet {

namespace {

PenalizedPath solve(const Design& x, const double* y, const double* sample_weight, const Penalty& penalty,
                    PathOptions options, bool lead_to_one) {
  check_options(options, {}, x.cols);
  check(penalty.kind != PenaltyKind::kGroup && penalty.kind != PenaltyKind::kOrthogonal,
        "[penalty] a penalty of single weights is needed; norms of groups are for the group lasso");
  check_penalty(penalty, WeightShape(x.cols, 1), "[penalty]");
  if (lead_to_one && options.start) options.alphas = {1};
  Poller poll(options.poll, "[penalty]");
  const CenteredDesign data(x, y, sample_weight, options.fit_intercept, poll);
  PenalizedProblem problem(data, penalty, options, options.alphas.empty() ? options.count : options.alphas.size(),
                           poll);
  const double top = problem.alpha_max();
  if (lead_to_one) options.alphas = alphas_to_one(options.start ? 1 : top, options.count);
  check(!options.alphas.empty() || std::isfinite(top),
        "[path] a grid of alphas needs a penalty that makes zeros, this one has no strength that does");
  PenalizedPath path;
  PathDriver(problem, options).run(path, [&](std::size_t) {
    const std::vector<double> w = problem.coefficients();
    path.coef.insert(path.coef.end(), w.begin(), w.end());
    path.intercept.push_back(data.intercept(w.data()));
    path.objective.push_back(problem.objective()), path.dual_gap.push_back(problem.dual_gap());
  });
  path.iterations.front() += problem.null_iterations();
  path.scale = problem.null_value() / problem.scale();
  return path;
}

}  // namespace

PenalizedPath penalized_path(const Design& x, const double* y, const double* sample_weight, const Penalty& penalty,
                             const PathOptions& options) {
  return solve(x, y, sample_weight, penalty, options, false);
}

PenalizedPath penalized_least_squares(const Design& x, const double* y, const double* sample_weight,
                                      const Penalty& penalty, const PathOptions& options) {
  PenalizedPath path = solve(x, y, sample_weight, penalty, options, true);
  keep_last(path);
  return path;
}

CrossValidation cross_validate(const Design& x, const double* y, const std::vector<Fold>& folds, const Penalty& penalty,
                               const PathOptions& options) {
  return mean_squares(x, y, 1, folds, options, [&](const double* train, const PathOptions& mine) {
    return penalized_path(x, y, train, penalty, mine);
  });
}

}  // namespace proxnet
