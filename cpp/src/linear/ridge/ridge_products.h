// The large matrix products of ridge regression. Matrices have rows of `stride` elements, a multiple of kProductPanel.
#pragma once

#include "linear/design/centered_targets.h"
#include "ops/buffer.h"

namespace proxnet {

// [X, Y]' [X, Y]
Buffer<double> cross_matrix(const CenteredTargets& d, std::size_t stride, Poller& poll);
// X X'
Buffer<double> row_matrix(const CenteredDesign& d, std::size_t stride, Poller& poll);
// out (count, cols): X'v for each row v of `dual` (count, rows).
void transposed_products(const CenteredDesign& d, const double* dual, std::size_t count, double* out, Poller& poll);

}  // namespace proxnet
