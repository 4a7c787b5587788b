// Ridge regression: |y - X w - b|^2 + strength sum_j factor_j w_j^2 for many strengths and targets, errors with every
// row left out, proofs. Weights are rescaled to the sum `rows`, so a strength that goes with weights of sum S is to be
// multiplied by rows / S. The same bits for any number of threads.
#pragma once

#include "proxnet/linear.h"

namespace proxnet {

struct RidgeData {
  const double* y = nullptr;  // (targets, rows)
  std::size_t targets = 1;
  const double* sample_weight = nullptr;   // may be null
  const double* penalty_factor = nullptr;  // (cols), >= 0; null: all 1. Of ridge regression only
  bool fit_intercept = true;
  std::function<bool()> poll;  // asked every 10 ms or so; true stops with Interrupted
};

// For every strength and target, from one reduction of the smaller of X'X and X X' to three diagonals; where a strength
// leaves it singular up to rounding, the solution of least norm.
struct RidgePath {
  std::vector<double> coef, intercept;  // (count, targets, cols); (count, targets)
  // (rows, targets, count): the error of every row by the fit without it, times the root of its weight; where asked for
  std::vector<double> left_out;
};
PROXNET_EXPORT RidgePath ridge_path(const Design& x, const RidgeData& data, const double* strengths, std::size_t count,
                                    bool leave_one_out);

// By the Cholesky factor of the smaller of X'X and X X' plus the strength, once a strength; strengths: one a target.
struct RidgeCholesky {
  std::vector<double> coef;  // (targets, cols); empty where a matrix is not positive definite beyond rounding
  std::vector<double> intercept;
  bool definite = false;
};
PROXNET_EXPORT RidgeCholesky ridge_cholesky(const Design& x, const RidgeData& data, const double* strengths);

struct ConjugateGradients {
  std::vector<double> coef, intercept;  // (targets, cols); (targets)
  std::vector<std::size_t> iterations;
  std::vector<double> residual;  // norm of X'(y - X w) - strength w over that of X'y
};
// strengths: one a target. Stops where residual <= tol.
PROXNET_EXPORT ConjugateGradients conjugate_gradients(const Design& x, const RidgeData& data, const double* strengths,
                                                      double tol, std::size_t max_iter);

// How far coefficients (targets, cols), with the best intercepts, are from the minimum for their strength; both figures
// for the rescaled weights.
struct RidgeProof {
  // Of the objective above its minimum, at most: |g|^2 / strength with g half of the gradient (in columns over the root
  // of their factor). For strength 0 an estimate: what a step along g would gain.
  std::vector<double> gap;
  std::vector<double> kkt;  // the largest entry of half the gradient
};
PROXNET_EXPORT RidgeProof ridge_proof(const Design& x, const RidgeData& data, const double* strengths,
                                      const double* coef);

// out (count, rows): the products of all rows with every vector of coef (count, cols), plus its intercept.
PROXNET_EXPORT void predictions(const Design& x, const double* coef, const double* intercept, std::size_t count,
                                double* out, const PollFunction& poll = {});

}  // namespace proxnet
