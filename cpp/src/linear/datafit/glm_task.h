// What a generalised linear model may be asked: its loss, and the targets that belong to it.
#pragma once

#include "proxnet/glm.h"

namespace proxnet {

void check_task(const GlmTask& task, bool fit_intercept);
// share: of the rows in the weight of all.
void check_target(const GlmTask& task, const double* y, const std::vector<double>& normalized_weight,
                  bool fit_intercept);

}  // namespace proxnet
