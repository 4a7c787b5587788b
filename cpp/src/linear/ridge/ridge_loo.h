// The error of every row by the ridge regression without it, in closed form.
#pragma once

#include "linear/linalg/tridiagonal.h"
#include "linear/ridge/ridge_system.h"

namespace proxnet {

// (rows, targets, strengths), times the root of the row's weight. strengths: times the system's unit. solved: the
// solutions in the columns of Q, column s * targets + t of rows padded to kProductPanel.
std::vector<double> loo_residuals(const RidgeSystem& d, const RidgeMatrix& system, const Tridiagonal& reduced,
                                  const std::vector<double>& strengths, const double* solved, Poller& poll);

// Of one strength, by `inverse` (size, padded to kProductPanel) of X'X plus it: into every `step`-th number of `out`,
// (rows, targets). coef: (targets, size), of the divided columns.
void loo_residuals(const RidgeSystem& d, const RidgeMatrix& system, const Buffer<double>& inverse, const double* coef,
                   double* out, std::size_t step, Poller& poll);

}  // namespace proxnet
