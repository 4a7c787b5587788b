// The path of a generalised linear model: arguments checked, the driver run.
#include "proxnet/glm.h"

#include <cmath>

#include "linear/constant_column.h"
#include "linear/glm_solver.h"
#include "linear/path_driver.h"

namespace proxnet {

namespace {

bool several_classes(const GlmTask& task) { return task.loss == Loss::kSparseCategoricalCrossentropy; }

void check_task(const GlmTask& task, bool fit_intercept) {
  const Loss& loss = task.loss;
  check(loss == Loss::kBinaryCrossentropy || several_classes(task) || loss == Loss::kPoisson || loss == Loss::kHuber ||
            loss == Loss::kSquaredHinge,
        "[path] the loss must be a cross-entropy of class numbers or of 0 and 1, Poisson's, Huber's or the squared "
        "hinge");
  check(loss.label_smoothing == 0, "[path] label_smoothing must be 0, got ", loss.label_smoothing);
  check(!several_classes(task) || task.classes >= 2, "[path] softmax needs two classes or more, got ", task.classes);
  check(loss != Loss::kHuber || (std::isfinite(loss.delta) && loss.delta > 1),
        "[path] delta must be finite and > 1, got ", loss.delta);
  check(std::isfinite(task.constant_column), "[path] the constant column must be finite, got ", task.constant_column);
  check(task.constant_column == 0 || (!fit_intercept && !several_classes(task)),
        "[path] a constant column stands for the intercept of one prediction a row, not beside another");
}

void check_target(const GlmTask& task, const double* y, const std::vector<double>& share, bool fit_intercept) {
  double top = 0;
  for (std::size_t i = 0; i < share.size(); ++i) {
    check(std::isfinite(y[i]), "[fit] y must be finite, y[", i, "] = ", y[i]);
    switch (task.loss.kind) {
      case Loss::kBinaryCrossentropy:
      case Loss::kSquaredHinge:
        check(y[i] == 0 || y[i] == 1, "[fit] y must be 0 or 1, y[", i, "] = ", y[i]);
        break;
      case Loss::kSparseCategoricalCrossentropy:
        check(y[i] >= 0 && y[i] < static_cast<double>(task.classes) && y[i] == std::floor(y[i]),
              "[fit] y must be class numbers from 0 to ", task.classes - 1, ", y[", i, "] = ", y[i]);
        break;
      case Loss::kPoisson:
        check(y[i] >= 0, "[fit] y must be >= 0, y[", i, "] = ", y[i]);
        top = std::max(top, share[i] * y[i]);
        break;
      default:
        break;
    }
  }
  check(task.loss != Loss::kPoisson || top > 0 || !fit_intercept,
        "[fit] y must not be zero everywhere: the intercept would be minus infinity");
}

// Softmax does not tell numbers of its classes, stride apart, from the same and a constant: of what no penalty fixes
// the mean is zero.
void centre(double* of_classes, std::size_t classes, std::size_t stride) {
  double sum = 0;
  for (std::size_t k = 0; k < classes; ++k) sum += of_classes[k * stride];
  for (std::size_t k = 0; k < classes; ++k) of_classes[k * stride] -= sum / static_cast<double>(classes);
}

}  // namespace

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
  const WithConstantColumn wide(x, task.constant_column);
  const GlmData data(constant ? wide : x, sample_weight, options.fit_intercept, poll);
  check_target(task, y, data.share, options.fit_intercept);
  ElasticNetPenalty one_each = penalty;
  PathOptions settings = options;
  std::vector<double> start;
  if (constant && !penalty.factors.empty()) one_each.factors.push_back(1);
  for (std::size_t k = 1; k < outputs; ++k)
    one_each.factors.insert(one_each.factors.end(), penalty.factors.begin(), penalty.factors.end());
  if (constant && options.start) {
    start.assign(options.start, options.start + cols);
    start.push_back(0);
    settings.start = start.data();
  }
  const auto fit = make_datafit(task, y, data.share);
  GlmSolver solver(data, *fit, one_each, settings, poll);
  GlmPath path;
  path.cols = cols, path.outputs = outputs, path.null_value = solver.null_value();
  const std::size_t points = options.alphas.empty() ? options.count : options.alphas.size();
  path.coef.resize(points * outputs * cols), path.intercept.resize(points * outputs);
  std::vector<double> coef(data.cols * outputs);
  PathDriver(solver, settings).run(path, [&](std::size_t a) {
    double* intercept = path.intercept.data() + a * outputs;
    solver.coefficients(coef.data(), intercept);
    if (several_classes(task) && options.fit_intercept) centre(intercept, outputs, 1);
    for (std::size_t j = 0; j < cols && several_classes(task) && path.alphas[a] == 0; ++j)
      centre(coef.data() + j, outputs, cols);
    if (constant) intercept[0] = coef[cols] * task.constant_column;
    std::copy_n(coef.data(), cols * outputs, path.coef.data() + a * outputs * cols);
    path.scale.push_back(fit->scale());
  });
  return path;
}

}  // namespace proxnet
