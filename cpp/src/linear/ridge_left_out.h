// The error of every row by the ridge regression without it, in closed form.
#pragma once

#include "linear/ridge_system.h"
#include "linear/tridiagonal.h"

namespace proxnet {

// (rows, targets, strengths), times the root of the row's weight. strengths: times the system's unit. solved: the
// solutions in the columns of Q, column s * targets + t of rows padded to kProductPanel.
std::vector<double> errors_left_out(const RidgeSystem& d, const RidgeMatrix& system, const Tridiagonal& reduced,
                                    const std::vector<double>& strengths, const double* solved, Poller& poll);

}  // namespace proxnet
