// Initial weights in row-major order: equal seeds give equal bits on any number of threads.
#pragma once

#include <vector>

#include "proxnet/initializer.h"
#include "runtime/random.h"

namespace proxnet {

// A kernel (rows, cols), or a bias (cols,). The initializer's own seed replaces `random`.
template <class T>
std::vector<T> draw_weights(const Initializer& initializer, bool bias, std::size_t rows, std::size_t cols,
                            const Random& random);

}  // namespace proxnet
