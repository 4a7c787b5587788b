// The large products of ridge regression. Matrices have rows of `stride` numbers, a multiple of kProductPanel.
#pragma once

#include "linear/design/centered_targets.h"
#include "ops/buffer.h"

namespace proxnet {

// Of all columns and targets with each other, columns first.
Buffer<double> cross_matrix(const CenteredTargets& d, std::size_t stride, Poller& poll);
// Of all rows with each other.
Buffer<double> row_matrix(const CenteredDesign& d, std::size_t stride, Poller& poll);
// out (count, cols): X'v for every row v of `dual` (count, rows).
void transposed_products(const CenteredDesign& d, const double* dual, std::size_t count, double* out, Poller& poll);

}  // namespace proxnet
