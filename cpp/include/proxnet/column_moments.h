// Mean and population variance of each column, for Normalization.
#pragma once

#include <cstddef>
#include <vector>

#include "proxnet/rows.h"

namespace proxnet {

struct ColumnMoments {
  std::size_t rows = 0;
  std::vector<double> mean, variance;
};

// In double, merged over blocks of rows [Chan, Golub and LeVeque 1983]: equal bits on any number of threads. Throws
// InvalidInput without rows, or if x is not finite; `operation` and `name` are for the message.
template <class T>
PROXNET_EXPORT ColumnMoments column_moments(const RowSource<T>& x, const char* operation = "[column_moments]",
                                            const char* name = "x");
// The moments of the rows of `a` and `b` together.
PROXNET_EXPORT ColumnMoments merged(const ColumnMoments& a, const ColumnMoments& b);

}  // namespace proxnet
