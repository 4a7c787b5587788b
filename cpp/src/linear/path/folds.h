// Cross-validation over the threads: folds read one X, the rows held out have weight 0, and each fold is one thread's.
#pragma once

#include <functional>

#include "proxnet/linear.h"

namespace proxnet {

// work(fold, options) for every fold, the options having a poll that the fold's thread may ask.
void for_folds(std::size_t folds, const PathOptions& options,
               const std::function<void(std::size_t, const PathOptions&)>& work);

// Mean squares of least squares, y: (targets, rows); path(train, options) has coef (alphas, targets, cols).
CrossValidation mean_squares(const Design& x, const double* y, std::size_t targets, const std::vector<Fold>& folds,
                             const PathOptions& options,
                             const std::function<PathRecord(const double*, const PathOptions&)>& path);

}  // namespace proxnet
