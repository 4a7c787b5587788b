// Columns that are constant up to rounding: the intercept covers them.
#pragma once

#include "linear/design/design.h"

namespace proxnet {

// One flag per column, or empty if no column is constant. weight: (rows), empty for ones; mean: weighted means of the
// columns.
std::vector<bool> constant_columns(const Design& x, const std::vector<double>& weight, const std::vector<double>& mean,
                                   Poller& poll);

}  // namespace proxnet
