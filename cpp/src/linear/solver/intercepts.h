// The intercepts, and free columns, of a generalised linear model at given coefficients.
#pragma once

#include "linear/datafit/datafit.h"
#include "linear/design/glm_data.h"

namespace proxnet {

constexpr double kNoise = 1e-13;  // relative rounding of an objective summed over many rows

// Derives at the predictions z, (outputs, rows), and moves them along the directions that are not penalised, and
// `settled`, (outputs, directions), with them, by Newton steps until their derivatives vanish; the loss.
double fit_unpenalized(const GlmData& data, Datafit& fit, std::vector<double>& z, std::vector<double>& unpenalized_coef,
                       Poller& poll);

}  // namespace proxnet
