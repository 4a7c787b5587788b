// The symmetric matrices of ridge regression, rows of `stride` numbers, a multiple of kProductPanel.
#pragma once

#include "linear/centred_targets.h"
#include "ops/buffer.h"

namespace proxnet {

// Of all columns and targets with each other, columns first.
Buffer<double> cross_matrix(const CentredTargets& d, std::size_t stride, Poller& poll);
// Of all rows with each other.
Buffer<double> row_matrix(const CentredTargets& d, std::size_t stride, Poller& poll);

}  // namespace proxnet
