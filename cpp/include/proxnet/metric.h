// What is reported beside the loss, gathered over the rows of an epoch; formulas and defaults are Keras'.
#pragma once

#include <cstddef>
#include <vector>

#include "proxnet/loss.h"

namespace proxnet {

// y is the target, p the output. Means run over rows, or over their weights.
struct Metric {
  enum Kind {
    kBinaryAccuracy,                 // mean of (p > threshold) == y over the outputs of a row
    kCategoricalAccuracy,            // argmax p == argmax y
    kSparseCategoricalAccuracy,      // argmax p == y
    kTopKCategoricalAccuracy,        // fewer than k outputs are above that of argmax y
    kSparseTopKCategoricalAccuracy,  // fewer than k outputs are above p[y]
    kEquality,                       // p == y
    kMeanSquaredError,
    kRootMeanSquaredError,
    kMeanAbsoluteError,
    kCosineSimilarity,  // of the angle between y and p: minus the loss of that name
    kLoss,              // the mean of `loss`
    // Counts over all outputs, or over class_id; p > threshold is positive, with top_k only the k largest of a row.
    kTruePositives,
    kFalsePositives,
    kTrueNegatives,
    kFalseNegatives,
    kPrecision,  // true among the positive
    kRecall,     // positive among the true
    kAuc,        // area under a curve through the thresholds
    kF1Score,    // harmonic mean of precision and recall of each output
    kR2Score,    // 1 - residual / variance of each output
  };
  enum Curve { kRoc, kPrecisionRecall };
  enum Summation { kInterpolation, kMinoring, kMajoring };
  enum Average { kMacro, kMicro, kWeighted };
  // float32 holds a bin's number exactly up to 2^24, and a curve takes 16 bytes a threshold.
  static constexpr std::size_t kMaxThresholds = std::size_t{1} << 20;

  Kind kind = kBinaryAccuracy;
  Loss loss;
  double threshold = 0.5;
  std::size_t k = 5, top_k = 0;      // top_k 0: all outputs
  std::ptrdiff_t class_id = -1;      // -1: all outputs
  std::vector<double> thresholds;    // of kAuc, rising, in (0, 1); empty: num_thresholds from 0 to 1, both included
  std::size_t num_thresholds = 200;  // at most kMaxThresholds
  Curve curve = kRoc;
  Summation summation = kInterpolation;
  bool multi_label = false;  // kAuc: the mean of each output's own area
  Average average = kMacro;  // kF1Score; kR2Score by variance where kWeighted
  bool largest = false;      // kF1Score: the largest output of a row is positive, whatever the threshold
  bool from_logits = false;  // kAuc: p is the sigmoid of the output; else the output, which must lie in [0, 1]

  Metric(Kind k_ = kBinaryAccuracy) : kind(k_) {}
  Metric(const Loss& l) : kind(kLoss), loss(l) {}
  friend bool operator==(const Metric& metric, Kind other) { return metric.kind == other; }
};

// `weighted`: each row counts by its sample weight and the sum of weights is the divisor.
struct MetricSpec {
  Metric metric;
  bool weighted = false;
};

PROXNET_EXPORT Targets metric_targets(const Metric& metric);

// Throws InvalidInput for a parameter out of range or an output that the metric says nothing about.
PROXNET_EXPORT void check_metric(const Metric& metric, std::size_t outputs, const char* operation);

// The metric of outputs p; weight may be null. An area is NaN where a class that it needs has no row.
template <class T>
PROXNET_EXPORT double metric_value(const Metric& metric, ConstMatrixView<T> y, ConstMatrixView<T> p, const T* weight);

}  // namespace proxnet
