// Intercepts and unpenalized columns of a generalised linear model at given penalized coefficients.
#pragma once

#include "linear/datafit/datafit.h"
#include "linear/design/glm_data.h"

namespace proxnet {

constexpr double kNoise = 1e-13;  // relative rounding of an objective summed over many rows

// Minimizes the loss over the unpenalized directions by Newton steps, until their derivatives vanish: moves the
// predictions z, (outputs, rows), and unpenalized_coef, (outputs, directions). Leaves `fit` derived there and returns
// the loss.
double fit_unpenalized(const GlmData& data, Datafit& fit, std::vector<double>& z, std::vector<double>& unpenalized_coef,
                       Poller& poll);

}  // namespace proxnet
