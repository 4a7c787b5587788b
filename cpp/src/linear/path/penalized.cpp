// The public functions of penalized.h: they check arguments and run the path driver.
#include "proxnet/penalized.h"

#include <cmath>

#include "linear/datafit/glm_scaling.h"
#include "linear/datafit/glm_task.h"
#include "linear/design/centered_design.h"
#include "linear/path/folds.h"
#include "linear/path/path_driver.h"
#include "linear/path/penalized_glm_problem.h"
#include "linear/path/penalized_problem.h"
#include "linear/penalty/elastic_net.h"

namespace proxnet {

namespace {

LinearPath solve(const Design& x, const double* y, const double* sample_weight, const Penalty& penalty,
                 PathOptions options, bool lead_to_one) {
  check_options(options, {}, x.cols);
  check_separable(penalty, x.cols);
  if (lead_to_one && options.start) options.alphas = {1};
  Poller poll(options.poll, "[penalty]");
  const CenteredDesign data(x, y, sample_weight, options.fit_intercept, poll);
  PenalizedProblem problem(data, penalty, options, options.alphas.empty() ? options.count : options.alphas.size(),
                           poll);
  const double top = problem.alpha_max();
  if (lead_to_one) options.alphas = alphas_to_one(options.start ? 1 : top, options.count);
  check(!options.alphas.empty() || std::isfinite(top),
        "[path] a grid of alphas needs a penalty that makes zeros, this one has no strength that does");
  LinearPath path;
  path.cols = x.cols;
  PathDriver(problem, options).run(path, [&](std::size_t) {
    const std::vector<double> w = problem.coefficients();
    path.coef.insert(path.coef.end(), w.begin(), w.end());
    path.intercept.push_back(data.intercept(w.data()));
    path.objective.push_back(problem.objective()), path.dual_gap.push_back(problem.dual_gap());
  });
  path.iterations.front() += problem.null_iterations();
  return path;
}

}  // namespace

LinearPath penalized_path(const Design& x, const double* y, const double* sample_weight, const Penalty& penalty,
                          const PathOptions& options) {
  return solve(x, y, sample_weight, penalty, options, false);
}

LinearPath penalized_least_squares(const Design& x, const double* y, const double* sample_weight,
                                   const Penalty& penalty, const PathOptions& options) {
  LinearPath path = solve(x, y, sample_weight, penalty, options, true);
  keep_last(path);
  return path;
}

CrossValidation cross_validate(const Design& x, const double* y, const std::vector<Fold>& folds, const Penalty& penalty,
                               const PathOptions& options) {
  return mean_squares(x, y, 1, folds, options, [&](const double* train, const PathOptions& mine) {
    return penalized_path(x, y, train, penalty, mine);
  });
}

namespace {

// alpha * penalty = (alpha * net.alpha) * elastic net.
LinearPath certified(const Design& x, const double* y, const double* sample_weight, const GlmTask& task,
                     const ElasticNetOf& net, PathOptions options) {
  for (double& alpha : options.alphas) alpha *= net.alpha;
  LinearPath path = glm_path(x, y, sample_weight, task, net.net, options);
  for (double& alpha : path.alphas) alpha /= net.alpha > 0 ? net.alpha : 1;
  path.dual_gap = path.gap;
  return path;
}

LinearPath solve(const Design& x, const double* y, const double* sample_weight, const GlmTask& task,
                 const Penalty& penalty, PathOptions options, bool lead_to_one) {
  const std::size_t outputs = task.outputs(), count = x.cols * outputs;
  check_task(task, options.fit_intercept);
  check(task.constant_column == 0, "[penalty] the constant column is for elastic nets");
  check_separable(penalty, x.cols);
  check(penalty.kind != PenaltyKind::kL0 || task.loss != GlmLoss::kPoisson,
        "[penalty] L0 needs a loss whose curvature is bounded, and Poisson's is not");
  const auto net = elastic_net_of(penalty);
  if (lead_to_one && (options.start || net)) options.alphas = {1};
  check_options(options, {}, count);
  if (net) {
    check(!options.alphas.empty() || penalty.l1 > 0,
          "[path] a grid of alphas needs a penalty that makes zeros, this one has no strength that does");
    return certified(x, y, sample_weight, task, *net, options);
  }
  Poller poll(options.poll, "[penalty]");
  const GlmData data(x, sample_weight, options.fit_intercept, poll);
  check_target(task, y, data.normalized_weight, options.fit_intercept);
  std::vector<double> square = CenteredDesign(x, y, sample_weight, options.fit_intercept, poll).squares(poll);
  for (double& s : square) s /= static_cast<double>(x.rows);
  Penalty one_each = penalty;
  for (std::size_t k = 1; k < outputs; ++k)
    one_each.factors.insert(one_each.factors.end(), penalty.factors.begin(), penalty.factors.end());
  const GlmScaling scaling(task, y, data.normalized_weight, options.fit_intercept);
  const auto fit = make_datafit(task, scaling.targets(y).data(), data.normalized_weight);
  std::vector<double> start;
  if (options.start) {
    start.assign(options.start, options.start + count);
    for (double& w : start) w /= scaling.weight;
    options.start = start.data();
  }
  PenalizedGlmProblem problem(data, *fit, one_each, square, {1 / scaling.objective, scaling.weight}, options, poll);
  const double top = problem.alpha_max();
  if (lead_to_one) options.alphas = alphas_to_one(options.start ? 1 : top, options.count);
  check(!options.alphas.empty() || std::isfinite(top),
        "[path] a grid of alphas needs a penalty that makes zeros, this one has no strength that does");
  LinearPath path;
  path.cols = x.cols, path.outputs = outputs;
  std::vector<double> coef(count), intercept(outputs);
  PathDriver(problem, options).run(path, [&](std::size_t) {
    problem.coefficients(coef.data(), intercept.data());
    path.coef.insert(path.coef.end(), coef.begin(), coef.end());
    path.intercept.insert(path.intercept.end(), intercept.begin(), intercept.end());
    path.scale.push_back(fit->scale());
    path.objective.push_back(problem.objective()), path.dual_gap.push_back(NAN);
  });
  scaling.restore(path, scaling.gradient_scale());
  path.iterations.front() += problem.null_iterations();
  return path;
}

}  // namespace

LinearPath penalized_path(const Design& x, const double* y, const double* sample_weight, const GlmTask& task,
                          const Penalty& penalty, const PathOptions& options) {
  return solve(x, y, sample_weight, task, penalty, options, false);
}

LinearPath penalized_glm(const Design& x, const double* y, const double* sample_weight, const GlmTask& task,
                         const Penalty& penalty, const PathOptions& options) {
  LinearPath path = solve(x, y, sample_weight, task, penalty, options, true);
  keep_last(path);
  return path;
}

}  // namespace proxnet
