// The public functions of glm.h: they check arguments and run the path driver.
#include "proxnet/glm.h"

#include <cmath>

#include "linear/datafit/datafit.h"
#include "linear/datafit/glm_scaling.h"
#include "linear/datafit/glm_task.h"
#include "linear/design/design.h"
#include "linear/design/intercept_column.h"
#include "linear/path/folds.h"
#include "linear/path/glm_problem.h"
#include "linear/path/path_driver.h"

namespace proxnet {

LinearPath glm_path(const Design& x, const double* y, const double* sample_weight, const GlmTask& task,
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
  LinearPath path;
  path.cols = cols, path.outputs = outputs;
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

namespace {

// weight / sum(weight)
std::vector<double> normalized_weights(const double* weight, std::size_t rows) {
  double total = 0;
  for (std::size_t i = 0; i < rows; ++i) total += weight[i];
  check(total > 0 && std::isfinite(total), "[cross_validate] every fold must test on a row whose weight is not zero");
  std::vector<double> normalized_weight(weight, weight + rows);
  for (double& s : normalized_weight) s /= total;
  return normalized_weight;
}

// Weighted accuracy of the class with the largest prediction, the first of equals; z: (outputs, rows).
double accuracy(const std::vector<double>& normalized_weight, std::size_t outputs, const double* y, const double* z) {
  double right = 0;
  for (std::size_t i = 0, n = normalized_weight.size(); i < n; ++i) {
    std::size_t top = outputs == 1 && z[i] > 0;
    for (std::size_t k = 1; k < outputs; ++k)
      if (z[k * n + i] > z[top * n + i]) top = k;
    if (static_cast<double>(top) == y[i]) right += normalized_weight[i];
  }
  return right;
}

}  // namespace

std::vector<GlmFoldPath> cross_validate(const Design& x, const double* y, const std::vector<GlmFold>& folds,
                                        const GlmTask& task, const ElasticNetPenalty& penalty,
                                        const PathOptions& options) {
  std::vector<GlmFoldPath> result(folds.size());
  const bool classes = task.loss != GlmLoss::kPoisson && task.loss != GlmLoss::kHuber;
  for_folds(folds.size(), options, [&](std::size_t f, const PathOptions& mine) {
    PathOptions own = mine;
    own.alphas = folds[f].alphas;
    check(!own.alphas.empty(), "[cross_validate] alphas must be given");
    GlmFoldPath& fold = result[f];
    fold.path = glm_path(x, y, folds[f].train, task, penalty, own);
    std::vector<double> normalized_weight = normalized_weights(folds[f].test, x.rows);
    const GlmScaling scaling(task, y, normalized_weight, own.fit_intercept);
    const auto fit = make_datafit(task, scaling.targets(y).data(), std::move(normalized_weight));
    Poller poll(own.poll, "[cross_validate]");
    const std::size_t outputs = fold.path.outputs;
    std::vector<double> z(outputs * x.rows);
    for (std::size_t a = 0; a < own.alphas.size(); ++a, poll()) {
      for (std::size_t k = 0; k < outputs; ++k)
        predict(x, fold.path.coef.data() + (a * outputs + k) * x.cols, fold.path.intercept[a * outputs + k],
                z.data() + k * x.rows, poll);
      if (classes) fold.accuracy.push_back(accuracy(fit->normalized_weight, outputs, y, z.data()));
      scaling.predictions(z);
      fold.loss.push_back(scaling.objective * fit->derive(z.data()));
    }
  });
  return result;
}

}  // namespace proxnet
