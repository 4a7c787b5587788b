// Metrics of a block of rows, one value a row.
#pragma once

#include "ops/buffer.h"
#include "proxnet/matrix.h"
#include "proxnet/metric.h"

namespace proxnet {

// values[r] for the rows of the network's output and of y.
template <class T> void metric_rows(Metric metric, ConstMatrixView<T> output, ConstMatrixView<T> y, T* values);

}  // namespace proxnet
