// What all ridge regressions solve: columns over the root of their factor, so that all are penalised alike; those of
// factor 0 are projected out.
#pragma once

#include "linear/design/centered_targets.h"
#include "ops/buffer.h"

namespace proxnet {

struct RidgeSystem : CenteredTargets {
  RidgeSystem(const Design& x, const RidgeData& data, Poller& poll);
  // Coefficients of the divided columns become those of X, for target t; the intercept that goes with them.
  double finish(std::size_t t, double* coef) const;
  // The squares of row i of an orthonormal basis of what is not penalised: the constant and the columns of factor 0.
  double own(std::size_t i) const;
  // matrix (rows, stride) += shift * that basis times its transpose.
  void add_own(double shift, double* matrix, std::size_t stride, Poller& poll) const;

 private:
  double constant(std::size_t i) const;

  const bool intercept_;
};

// The smaller of X'X and X X', whose equations with right sides X'y or y give the coefficients or their dual; all of it
// times `unit`, a power of two, so that no row's absolute sum is over 2 and squares do not overflow.
struct RidgeMatrix {
  RidgeMatrix(const RidgeSystem& d, Poller& poll);
  const double* right(std::size_t t) const { return rights.data() + t * size; }
  // Whether rounding of the largest eigenvalue, which a reduction mixes into all columns, is more than a millionth of
  // some column's own square and the strength.
  bool badly_scaled(double strength) const { return !dual && floor > 1e-6 * (least + strength); }

  const bool dual;
  const std::size_t size, stride;
  double matrix_scale = 1;
  // What is not more than rounding of the largest eigenvalue.
  double floor = 0;
  double least = 0;  // of the diagonal, where it is not 0
  // The eigenvalue that takes the place of 0 for what is not penalised, which X X' has nothing of.
  double shift = 0;
  Buffer<double> matrix;       // (size, stride), the lower half as the upper one
  std::vector<double> rights;  // (targets, size)
};

}  // namespace proxnet
