// What the paths of all models have in common: checks of their arguments, and the grid of alphas.
#pragma once

#include "linear/design/design.h"

namespace proxnet {

void check_penalty(const ElasticNetPenalty& penalty, std::size_t cols);
// Those with factor 0.
Columns unpenalized_columns(const ElasticNetPenalty& penalty);
// coefficients: as many as options.start has.
void check_options(const PathOptions& options, const ElasticNetPenalty& penalty, std::size_t coefficients);
// From `top` down to eps * top, evenly in the logarithm.
std::vector<double> alpha_grid(double top, double eps, std::size_t count);

// The way from strong penalties down to 1 in so many steps, 1 alone where there is none.
std::vector<double> alphas_to_one(double top, std::size_t count);
// The last point alone, with the iterations of all.
void keep_last(PathRecord& path);

}  // namespace proxnet
