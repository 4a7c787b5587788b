// Ridge regression: what an eigendecomposition needs of X, errors with every row left out, Cholesky, conjugate
// gradients. Columns and targets are less their weighted means (with an intercept), rows times the root of their
// weight; weights are rescaled to the sum `rows`, so a strength that goes with weights of sum S is to be multiplied by
// rows / S.
#pragma once

#include "proxnet/linear.h"

namespace proxnet {

struct RidgeData {
  const double* y = nullptr;  // (targets, rows)
  std::size_t targets = 1;
  const double* sample_weight = nullptr;  // may be null
  bool fit_intercept = true;
  std::function<bool()> poll;  // asked every 10 ms or so; true stops with Interrupted
};

// The products of all columns and targets with each other, columns first: (cols + targets)^2. Means are 0 without an
// intercept.
struct CrossProducts {
  std::vector<double> product, column_mean, target_mean;
};
PROXNET_EXPORT CrossProducts cross_products(const Design& x, const RidgeData& data);

// The products of all rows with each other, (rows)^2, and the targets (targets, rows), centred and weighted.
struct RowProducts {
  std::vector<double> product, target, root_weight, column_mean, target_mean;
};
PROXNET_EXPORT RowProducts row_products(const Design& x, const RidgeData& data);

// out (count, cols): X' d for every row d of `dual` (count, rows), X centred and weighted.
PROXNET_EXPORT void transposed_products(const Design& x, const RidgeData& data, const double* dual, std::size_t count,
                                        double* out);

// For every strength: coefficients vectors * diag(1 / (values + strength)) * vectors' X'y, and the error of every row
// where that row is left out, times the root of its weight.
struct RidgeSpectrum {
  const double* vectors = nullptr;  // (cols, cols): X'X = vectors diag(values) vectors'
  const double* values = nullptr;
  const double* target = nullptr;  // (targets, cols): vectors' X'y
  const double* strengths = nullptr;
  std::size_t count = 0;
};
// out (rows, targets, count)
PROXNET_EXPORT void leave_one_out(const Design& x, const RidgeData& data, const RidgeSpectrum& spectrum, double* out);

// By the Cholesky factor of the smaller of X'X and X X' plus the strength, once a strength; strengths: one a target.
struct RidgeCholesky {
  std::vector<double> coef;  // (targets, cols); empty where a matrix is not positive definite beyond rounding
  std::vector<double> column_mean, target_mean;
  bool definite = false;
};
PROXNET_EXPORT RidgeCholesky ridge_cholesky(const Design& x, const RidgeData& data, const double* strengths);

struct ConjugateGradients {
  std::vector<double> coef;  // (targets, cols)
  std::vector<double> column_mean, target_mean;
  std::vector<std::size_t> iterations;
  std::vector<double> residual;  // norm of X'(y - X w) - strength w over that of X'y
};
// strengths: one a target. Stops where residual <= tol.
PROXNET_EXPORT ConjugateGradients conjugate_gradients(const Design& x, const RidgeData& data, const double* strengths,
                                                      double tol, std::size_t max_iter);

}  // namespace proxnet
