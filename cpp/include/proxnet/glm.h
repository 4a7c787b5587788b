// Penalised generalised linear models: paths over alpha, each point with its duality gap as the certificate.
#pragma once

#include "proxnet/linear.h"
#include "proxnet/loss.h"

namespace proxnet {

// A network's loss of one row, the network being the prediction z = x w + b and the activation that belongs to the
// loss:
//   kBinaryCrossentropy             sigmoid: log(1 + e^z) - y z, y 0 or 1
//   kSparseCategoricalCrossentropy  softmax, one prediction a class
//   kPoisson                        e^z; with what makes it half the deviance: e^z - y z + y log y - y, and no 1e-7
//   kHuber                          scale (1 + 2 huber((y - z) / scale)), delta > 1; the scale is fitted too
//   kSquaredHinge                   none, y 0 or 1
// Other kinds, and label_smoothing, are refused.
struct GlmTask {
  Loss loss = Loss::kBinaryCrossentropy;
  std::size_t classes = 2;  // of kSparseCategoricalCrossentropy
  // != 0: the intercept is the coefficient of one more, constant column of this value, penalised as the others.
  double constant_column = 0;

  std::size_t outputs() const {
    return loss == Loss::kSparseCategoricalCrossentropy ? classes : 1;
  }  // predictions a row
};

// Of the objective sum_i s_i loss_i / sum s + penalty; coef: (alphas, outputs, cols), intercept: (alphas, outputs).
// Of softmax the intercepts have sum 0, and without a penalty a column's coefficients.
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
