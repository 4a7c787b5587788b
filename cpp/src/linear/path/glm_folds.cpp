// Cross-validation of generalised linear models: a path a fold, scored on the rows it does not train on.
#include <cmath>

#include "linear/datafit/datafit.h"
#include "linear/datafit/glm_scaling.h"
#include "linear/design/design.h"
#include "linear/path/folds.h"

namespace proxnet {

namespace {

// The rows' shares in the weight of all.
std::vector<double> normalized_weights(const double* weight, std::size_t rows) {
  double total = 0;
  for (std::size_t i = 0; i < rows; ++i) total += weight[i];
  check(total > 0 && std::isfinite(total), "[cross_validate] every fold must test on a row whose weight is not zero");
  std::vector<double> normalized_weight(weight, weight + rows);
  for (double& s : normalized_weight) s /= total;
  return normalized_weight;
}

// The share of the rows whose class has the largest prediction, the first of equals; z: (outputs, rows).
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
  const bool classes = task.loss != Loss::kPoisson && task.loss != Loss::kHuber;
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
