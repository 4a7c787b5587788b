// The error of every row by the ridge regression without it, in closed form.
#pragma once

#include "linear/ridge_system.h"
#include "linear/tridiagonal_eigen.h"

namespace proxnet {

// vectors of `eigen`: of the matrix of the system. along[t]: their products with its right sides.
struct Spectrum {
  const TridiagonalEigen& eigen;
  const std::vector<std::vector<double>>& along;
};

// (rows, targets, count), times the root of the row's weight.
std::vector<double> errors_left_out(const RidgeSystem& d, const RidgeMatrix& system, const Spectrum& spectrum,
                                    const double* strengths, std::size_t count, Poller& poll);

}  // namespace proxnet
