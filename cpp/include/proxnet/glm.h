// Penalized generalised linear models: regularization paths; the duality gap certifies each point.
#pragma once

#include "proxnet/linear.h"

namespace proxnet {

// The loss phi(y, z) of a row with target y and prediction z = x w + b.
struct GlmLoss {
  enum Kind {
    kLogistic,     // log(1 + e^z) - y z, y 0 or 1
    kMultinomial,  // log sum_k e^z[k] - z[y], one prediction per class, y a class number
    kPoisson,      // e^z - y z + y log y - y: half the deviance, y >= 0
    kHuber,        // scale (1 + h((z - y) / scale)), h(r) = r^2 up to |r| = epsilon, linear beyond; the scale is fitted
    kSquaredHinge,  // max(0, 1 - s z)^2, s = -1 for y = 0 and 1 for y = 1
  };
  Kind kind = kLogistic;
  double epsilon = 1.35;  // of kHuber, > 1

  constexpr GlmLoss(Kind k = kLogistic) : kind(k) {}
  friend constexpr bool operator==(const GlmLoss& loss, Kind k) { return loss.kind == k; }
};

struct GlmTask {
  GlmLoss loss = GlmLoss::kLogistic;
  std::size_t classes = 2;  // of kMultinomial
  // != 0: adds a constant column of this value, penalized as the others; its coefficient times the value is the
  // intercept.
  double constant_column = 0;

  // Predictions per row.
  std::size_t outputs() const { return loss == GlmLoss::kMultinomial ? classes : 1; }
};

// Minimizes sum_i s_i phi(y_i, z_i) / sum s + penalty; sample_weight s may be null. options.max_iter counts Newton
// steps. Multinomial: the intercepts have sum 0, and without a penalty so have the coefficients of each column. Throws
// InvalidInput, Interrupted.
PROXNET_EXPORT LinearPath glm_path(const Design& x, const double* y, const double* sample_weight, const GlmTask& task,
                                   const ElasticNetPenalty& penalty, const PathOptions& options);

// Each fold has its own alphas, so that C * sum of losses can be expressed for the rows it trains on.
struct GlmFold : Fold {
  std::vector<double> alphas;
};
struct GlmFoldPath {
  LinearPath path;
  std::vector<double> loss;      // (alphas): mean loss on the test rows
  std::vector<double> accuracy;  // (alphas): weighted fraction of test rows classified correctly; classifiers only
};
// Solves each fold's path, the folds in parallel.
PROXNET_EXPORT std::vector<GlmFoldPath> cross_validate(const Design& x, const double* y,
                                                       const std::vector<GlmFold>& folds, const GlmTask& task,
                                                       const ElasticNetPenalty& penalty, const PathOptions& options);

}  // namespace proxnet
