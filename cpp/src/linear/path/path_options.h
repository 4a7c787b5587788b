// Common to all paths: checks of arguments, grids of alphas. Checks throw InvalidInput.
#pragma once

#include "linear/design/design.h"

namespace proxnet {

void check_penalty(const ElasticNetPenalty& penalty, std::size_t cols);
// The columns with factor 0.
Columns unpenalized_columns(const ElasticNetPenalty& penalty);
// coefficients: the length of options.start.
void check_options(const PathOptions& options, const ElasticNetPenalty& penalty, std::size_t coefficients);
// alphas[k] = top * eps^(k / (count - 1))
std::vector<double> alpha_grid(double top, double eps, std::size_t count);

// alpha_grid from top down to exactly 1; {1} if top <= 1 or infinite.
std::vector<double> alphas_to_one(double top, std::size_t count);
// Keeps only the last point of a path, with the sum of all iterations.
void keep_last(LinearPath& path);

}  // namespace proxnet
