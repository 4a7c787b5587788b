// The system of all ridge solvers: columns divided by the root of their penalty factor, so that one strength penalizes
// all alike; columns of factor 0 are projected out.
#pragma once

#include "linear/design/centered_targets.h"
#include "ops/buffer.h"

namespace proxnet {

struct RidgeSystem : CenteredTargets {
  RidgeSystem(const Design& x, const RidgeData& data, Poller& poll);
  // Rescales target t's coefficients to X in place; returns the intercept.
  double finish(std::size_t t, double* coef) const;
  // ||B[i, :]||^2 for an orthonormal basis B of the intercept and the unpenalized columns.
  double own(std::size_t i) const;
  // matrix (rows, stride) += shift * B B'
  void add_own(double shift, double* matrix, std::size_t stride, Poller& poll) const;

 private:
  double constant(std::size_t i) const;

  const bool intercept_;
};

// The smaller of X'X (right sides X'y) and X X' (right sides y, dual). Everything is multiplied by matrix_scale, a
// power of two: no row's absolute sum exceeds 2, and squares do not overflow.
struct RidgeMatrix {
  RidgeMatrix(const RidgeSystem& d, Poller& poll);
  const double* right(std::size_t t) const { return rights.data() + t * size; }
  // Whether rounding of the largest eigenvalue, which tridiagonalization spreads over all columns, exceeds 1e-6 of the
  // smallest (squared column + strength).
  bool badly_scaled(double strength) const { return !dual && floor > 1e-6 * (smallest_diagonal + strength); }

  const bool dual;
  const std::size_t size, stride;
  double matrix_scale = 1;
  // Rounding of the largest eigenvalue.
  double floor = 0;
  double smallest_diagonal = 0;  // the smallest nonzero diagonal entry
  // Eigenvalue put in the null space of X X' that intercept and unpenalized columns span.
  double shift = 0;
  Buffer<double> matrix;       // (size, stride), both triangles
  std::vector<double> rights;  // (targets, size)
};

}  // namespace proxnet
