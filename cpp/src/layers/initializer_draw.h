// Initial weights, drawn in row-major order: equal seeds give equal bits on any machine size.
#pragma once

#include <vector>

#include "proxnet/initializer.h"
#include "runtime/random.h"

namespace proxnet {

// A kernel of shape (rows, cols), or a bias of `cols` weights. `random` is used unless the initializer has a seed.
template <class T>
std::vector<T> draw_weights(const Initializer& initializer, bool bias, std::size_t rows, std::size_t cols,
                            const Random& random);

}  // namespace proxnet
