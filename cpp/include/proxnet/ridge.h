// Ridge regression: |y - X w - b|^2 + strength sum_j factor_j w_j^2, for many strengths and targets, with leave-one-out
// residuals and certificates. Sample weights are rescaled to the sum `rows`: a strength for weights of sum S must be
// multiplied by rows / S. Results have the same bits for any number of threads.
#pragma once

#include "proxnet/linear.h"

namespace proxnet {

struct RidgeData {
  const double* y = nullptr;  // (targets, rows)
  std::size_t targets = 1;
  const double* sample_weight = nullptr;   // may be null
  const double* penalty_factor = nullptr;  // (cols), >= 0; null: all 1. Ignored by other models
  bool fit_intercept = true;
  PollFunction poll;  // called about every 10 ms; true stops with Interrupted
};

// All strengths and targets, from one tridiagonalization of the smaller of X'X and X X'. The least-norm solution for a
// strength that leaves the system singular up to rounding.
struct RidgePath {
  std::vector<double> coef, intercept;  // (count, targets, cols); (count, targets)
  // (rows, targets, count), if requested: sqrt(weight) * (y - prediction by the fit without the row)
  std::vector<double> loo_residuals;
};
PROXNET_EXPORT RidgePath ridge_path(const Design& x, const RidgeData& data, const double* strengths, std::size_t count,
                                    bool leave_one_out);

// By one Cholesky factor per distinct strength, of the smaller of X'X + strength and X X' + strength. strengths:
// (targets).
struct RidgeCholesky {
  std::vector<double> coef;  // (targets, cols); empty if a matrix is not positive definite beyond rounding
  std::vector<double> intercept;
  bool definite = false;
};
PROXNET_EXPORT RidgeCholesky ridge_cholesky(const Design& x, const RidgeData& data, const double* strengths);

struct ConjugateGradients {
  std::vector<double> coef, intercept;  // (targets, cols); (targets)
  std::vector<std::size_t> iterations;
  std::vector<double> residual;  // (targets): |X'(y - X w) - strength w| / |X'y|
};
// strengths: (targets). Stops when residual <= tol.
PROXNET_EXPORT ConjugateGradients conjugate_gradients(const Design& x, const RidgeData& data, const double* strengths,
                                                      double tol, std::size_t max_iter);

// Optimality of coefficients (targets, cols) with the best intercepts, per target and for the rescaled weights.
struct RidgeCertificate {
  // Upper bound of objective - minimum: |g|^2 / strength, g = gradient / 2 with columns divided by sqrt(factor). For
  // strength 0 an estimate: the decrease by an exact step along g.
  std::vector<double> gap;
  std::vector<double> kkt;  // max |gradient / 2|
};
PROXNET_EXPORT RidgeCertificate ridge_certificate(const Design& x, const RidgeData& data, const double* strengths,
                                                  const double* coef);

// out[k * rows + i] = x_i . coef[k] + intercept[k]; coef: (count, cols), intercept: (count), out: (count, rows).
PROXNET_EXPORT void predictions(const Design& x, const double* coef, const double* intercept, std::size_t count,
                                double* out, const PollFunction& poll = {});

}  // namespace proxnet
