// Whether a path of least squares begins with the Gram matrix of all columns.
#pragma once

#include "linear/design/design.h"

namespace proxnet {

// Reading X once costs n p / 7.5e9 s, the Gram matrix n p^2 / 1e11 s: with some 2 readings per alpha, the whole Gram
// matrix is the better buy up to about 25 columns an alpha.
inline bool full_gram_pays(const Design& x, std::size_t points, std::size_t most) {
  return x.cols <= x.rows && x.cols <= most && x.cols <= 25 * std::max<std::size_t>(points, 4) &&
         x.stored() * 8 >= x.rows * x.cols;
}

}  // namespace proxnet
