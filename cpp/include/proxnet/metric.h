// What is reported beside the loss: means over rows, with or without the sample weights.
#pragma once

namespace proxnet {

enum class Metric {
  kBinaryAccuracy,             // mean of (p > 0.5) == y over the outputs of a row
  kCategoricalAccuracy,        // argmax p == argmax y
  kSparseCategoricalAccuracy,  // argmax p == y
  kMeanSquaredError,
  kMeanAbsoluteError,
};

// `weighted`: each row counts by its sample weight and the sum of weights is the divisor.
struct MetricSpec {
  Metric metric;
  bool weighted = false;
};

}  // namespace proxnet
