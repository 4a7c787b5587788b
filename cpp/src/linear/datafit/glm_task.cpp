#include "linear/datafit/glm_task.h"

#include <cmath>

namespace proxnet {

namespace {

bool several_classes(const GlmTask& task) { return task.loss == GlmLoss::kMultinomial; }

}  // namespace

void check_task(const GlmTask& task, bool fit_intercept) {
  check(!several_classes(task) || task.classes >= 2, "[path] softmax needs two classes or more, got ", task.classes);
  check(task.loss != GlmLoss::kHuber || (std::isfinite(task.loss.epsilon) && task.loss.epsilon > 1),
        "[path] epsilon must be finite and > 1, got ", task.loss.epsilon);
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
      case GlmLoss::kLogistic:
      case GlmLoss::kSquaredHinge:
        check(y[i] == 0 || y[i] == 1, "[fit] y must be 0 or 1, y[", i, "] = ", y[i]);
        break;
      case GlmLoss::kMultinomial:
        check(y[i] >= 0 && y[i] < static_cast<double>(task.classes) && y[i] == std::floor(y[i]),
              "[fit] y must be class numbers from 0 to ", task.classes - 1, ", y[", i, "] = ", y[i]);
        break;
      case GlmLoss::kPoisson:
        check(y[i] >= 0, "[fit] y must be >= 0, y[", i, "] = ", y[i]);
        top = std::max(top, normalized_weight[i] * y[i]);
        break;
      case GlmLoss::kHuber:
        break;
    }
  }
  check(task.loss != GlmLoss::kPoisson || top > 0 || !fit_intercept,
        "[fit] y must not be zero everywhere: the intercept would be minus infinity");
}

}  // namespace proxnet
