// The multinomial loss: one prediction per class.
#pragma once

#include "linear/datafit/datafit.h"

namespace proxnet {

// y: class numbers, (rows)
std::unique_ptr<Datafit> make_softmax(const GlmTask& task, const double* y, std::vector<double> normalized_weight);

}  // namespace proxnet
