// Penalised generalised linear models: paths over alpha, each point with its duality gap as the certificate.
#pragma once

#include "proxnet/linear.h"

namespace proxnet {

// What one row loses at the prediction z = x w + b:
enum class GlmLoss : int {
  kLogistic,  // log(1 + e^z) - y z, y 0 or 1
  kSoftmax,   // log(sum_k e^z_k) - z_y, y a class number
  kPoisson,   // half the deviance: e^z - y z + y log y - y, y >= 0
  kHuber,     // scale (1 + H((y - z) / scale)), H(t) = t^2 up to |t| = epsilon, then linear; the scale is fitted too
  kSquaredHinge,  // max(0, 1 - y z)^2, y 0 or 1 standing for -1 or 1
};

struct GlmTask {
  GlmLoss loss = GlmLoss::kLogistic;
  std::size_t classes = 2;  // of kSoftmax: as many predictions a row
  double epsilon = 1.35;    // of kHuber, > 1
  // != 0: the intercept is the coefficient of one more, constant column of this value, penalised as the others.
  double constant_column = 0;
};

// Of the objective sum_i s_i loss_i / sum s + penalty; coef: (alphas, outputs, cols), intercept: (alphas, outputs).
struct GlmPath : PathRecord {
  std::size_t cols = 0, outputs = 1;
  std::vector<double> scale;  // of kHuber
  double null_value = 0;      // the objective with all coefficients zero; times tol: the tolerance
};

// options.max_iter counts Newton steps; options.start holds (outputs, cols). sample_weight may be null. Throws
// InvalidInput, Interrupted.
PROXNET_EXPORT GlmPath glm_path(const Design& x, const double* y, const double* sample_weight, const GlmTask& task,
                                const ElasticNetPenalty& penalty, const PathOptions& options);

// A fold has alphas of its own: a sum of losses over its rows, alpha times a penalty, is no mean over all rows.
struct GlmFold : Fold {
  std::vector<double> alphas;
};
struct GlmFoldPath {
  GlmPath path;                  // on the rows that train
  std::vector<double> loss;      // mean over the rows tested, one an alpha
  std::vector<double> accuracy;  // of losses with classes: the share of them whose class has the largest prediction
};
// The path over every fold's alphas; threads share the folds.
PROXNET_EXPORT std::vector<GlmFoldPath> cross_validate(const Design& x, const double* y,
                                                       const std::vector<GlmFold>& folds, const GlmTask& task,
                                                       const ElasticNetPenalty& penalty, const PathOptions& options);

}  // namespace proxnet
