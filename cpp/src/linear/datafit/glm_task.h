// Checks of a generalised linear model's loss and targets; they throw InvalidInput.
#pragma once

#include "proxnet/glm.h"

namespace proxnet {

void check_task(const GlmTask& task, bool fit_intercept);
// normalized_weight: (rows), sum 1.
void check_target(const GlmTask& task, const double* y, const std::vector<double>& normalized_weight,
                  bool fit_intercept);

}  // namespace proxnet
