// Leave-one-out residuals of ridge regression in closed form.
#pragma once

#include "linear/linalg/tridiagonal.h"
#include "linear/ridge/ridge_system.h"

namespace proxnet {

// Returns (rows, targets, strengths), times sqrt(weight of the row). strengths: already times matrix_scale. solved: the
// solutions in the basis Q, column s * targets + t, rows padded to kProductPanel.
std::vector<double> loo_residuals(const RidgeSystem& d, const RidgeMatrix& system, const Tridiagonal& reduced,
                                  const std::vector<double>& strengths, const double* solved, Poller& poll);

// For one strength, given `inverse` = (X'X + strength)^-1, (size, padded to kProductPanel): writes every step-th entry
// of `out`, (rows, targets). coef: (targets, size), on the scaled columns.
void loo_residuals(const RidgeSystem& d, const RidgeMatrix& system, const Buffer<double>& inverse, const double* coef,
                   double* out, std::size_t step, Poller& poll);

}  // namespace proxnet
