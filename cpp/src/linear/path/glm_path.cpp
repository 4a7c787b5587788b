// The path of a generalised linear model: arguments checked, the driver run.
#include "linear/datafit/glm_scaling.h"
#include "linear/datafit/glm_task.h"
#include "linear/design/intercept_column.h"
#include "linear/path/glm_problem.h"
#include "linear/path/path_driver.h"
#include "proxnet/glm.h"

namespace proxnet {

GlmPath glm_path(const Design& x, const double* y, const double* sample_weight, const GlmTask& task,
                 const ElasticNetPenalty& penalty, const PathOptions& options) {
  const std::size_t outputs = task.outputs(), cols = x.cols;
  check_task(task, options.fit_intercept);
  check_penalty(penalty, cols);
  check(!penalty.standardize, "[path] standardised columns are for least squares");
  check(!penalty.positive, "[path] positive coefficients are for least squares");
  check_options(options, penalty, cols * outputs);
  Poller poll(options.poll, "[path]");
  const bool constant = task.constant_column != 0;
  const WithInterceptColumn wide(x, task.constant_column);
  const GlmData data(constant ? wide : x, sample_weight, options.fit_intercept, poll, unpenalized_columns(penalty));
  check_target(task, y, data.normalized_weight, options.fit_intercept);
  const GlmScaling scaling(task, y, data.normalized_weight, options.fit_intercept);
  const double alpha_scale = scaling.alpha_scale(penalty);
  ElasticNetPenalty one_each = scaling.inside(penalty);
  PathOptions settings = options;
  for (double& alpha : settings.alphas) alpha *= alpha_scale;
  std::vector<double> start;
  if (constant && !penalty.factors.empty()) one_each.factors.push_back(1);
  for (std::size_t k = 1; k < outputs; ++k)
    one_each.factors.insert(one_each.factors.end(), penalty.factors.begin(), penalty.factors.end());
  if (options.start) {
    start.assign(options.start, options.start + outputs * cols);
    for (double& w : start) w /= scaling.weight;
    if (constant) start.push_back(0);
    settings.start = start.data();
  }
  const auto fit = make_datafit(task, scaling.targets(y).data(), data.normalized_weight);
  GlmProblem problem(data, *fit, one_each, settings, poll);
  GlmPath path;
  path.cols = cols, path.outputs = outputs, path.null_value = problem.null_value();
  const std::size_t points = options.alphas.empty() ? options.count : options.alphas.size();
  path.coef.resize(points * outputs * cols), path.intercept.resize(points * outputs);
  std::vector<double> coef(data.cols * outputs);
  PathDriver(problem, settings).run(path, [&](std::size_t a) {
    double* intercept = path.intercept.data() + a * outputs;
    problem.coefficients(coef.data(), intercept, path.alphas[a] > 0);
    if (constant) intercept[0] = coef[cols] * task.constant_column;
    std::copy_n(coef.data(), cols * outputs, path.coef.data() + a * outputs * cols);
    path.scale.push_back(fit->scale()), path.objective.push_back(problem.objective());
  });
  scaling.restore(path, scaling.objective);
  for (double& alpha : path.alphas) alpha /= alpha_scale;
  if (!options.alphas.empty()) path.alphas = options.alphas;
  return path;
}

}  // namespace proxnet
