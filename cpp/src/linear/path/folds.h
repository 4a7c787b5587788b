// Cross-validation over the threads: all folds read one X, held-out rows have weight 0, each fold runs on one thread.
#pragma once

#include <functional>

#include "proxnet/linear.h"

namespace proxnet {

// Calls work(fold, options) for each fold; options.poll may be called from that fold's thread.
void for_folds(std::size_t folds, const PathOptions& options,
               const std::function<void(std::size_t, const PathOptions&)>& work);

// Mean squared errors on the held-out rows. y: (targets, rows); path(train, options) returns coef (alphas, targets,
// cols).
CrossValidation mean_squares(const Design& x, const double* y, std::size_t targets, const std::vector<Fold>& folds,
                             const PathOptions& options,
                             const std::function<LinearPath(const double*, const PathOptions&)>& path);

}  // namespace proxnet
