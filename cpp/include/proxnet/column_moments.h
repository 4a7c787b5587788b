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

// In double, block by block of rows [Chan, Golub and LeVeque 1983]: equal bits on any number of threads. Throws
// InvalidInput for no rows or numbers that are not finite, naming them as given.
template <class T>
PROXNET_EXPORT ColumnMoments column_moments(const RowSource<T>& x, const char* operation = "[column_moments]",
                                            const char* name = "x");
// As if the rows of `b` followed those of `a`.
PROXNET_EXPORT ColumnMoments merged(const ColumnMoments& a, const ColumnMoments& b);

}  // namespace proxnet
