#include "linear/datafit/glm_task.h"

#include <cmath>

namespace proxnet {

namespace {

bool several_classes(const GlmTask& task) { return task.loss == Loss::kSparseCategoricalCrossentropy; }

}  // namespace

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

void check_target(const GlmTask& task, const double* y, const std::vector<double>& normalized_weight,
                  bool fit_intercept) {
  double top = 0;
  for (std::size_t i = 0; i < normalized_weight.size(); ++i) {
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
        top = std::max(top, normalized_weight[i] * y[i]);
        break;
      default:
        break;
    }
  }
  check(task.loss != Loss::kPoisson || top > 0 || !fit_intercept,
        "[fit] y must not be zero everywhere: the intercept would be minus infinity");
}

}  // namespace proxnet
