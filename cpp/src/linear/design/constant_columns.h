// Columns that an intercept stands for already: of their differences from the mean only rounding is left.
#pragma once

#include "linear/design/design.h"

namespace proxnet {

// One flag a column, or none where no column is flat; mean: of the columns under the weights, which may be empty for
// ones.
std::vector<bool> constant_columns(const Design& x, const std::vector<double>& weight, const std::vector<double>& mean,
                                   Poller& poll);

}  // namespace proxnet
