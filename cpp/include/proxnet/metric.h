// Metrics over the rows of an epoch; formulas and defaults are Keras'.
#pragma once

#include <cstddef>
#include <vector>

#include "proxnet/loss.h"

namespace proxnet {

// y: target, p: output of a row. Metrics are (weighted) means over rows unless stated otherwise.
struct Metric {
  enum Kind {
    kBinaryAccuracy,                 // mean of (p > threshold) == y over the outputs of a row
    kCategoricalAccuracy,            // argmax p == argmax y
    kSparseCategoricalAccuracy,      // argmax p == y
    kTopKCategoricalAccuracy,        // fewer than k outputs are larger than p[argmax y]
    kSparseTopKCategoricalAccuracy,  // fewer than k outputs are larger than p[y]
    kEquality,                       // p == y
    kMeanSquaredError,
    kRootMeanSquaredError,
    kMeanAbsoluteError,
    kCosineSimilarity,  // cosine of the angle between y and p: minus the loss of that name
    kLoss,              // mean of `loss`
    // Counts over all outputs, or output class_id. p > threshold is positive; with top_k it must also be among the
    // top_k largest of its row.
    kTruePositives,
    kFalsePositives,
    kTrueNegatives,
    kFalseNegatives,
    kPrecision,  // true positives / positives
    kRecall,     // true positives / targets of 1
    kAuc,        // area under the curve over all thresholds
    kF1Score,    // harmonic mean of precision and recall, per output
    kR2Score,    // 1 - residual / variance, per output
  };
  enum Curve { kRoc, kPrecisionRecall };
  enum Summation { kInterpolation, kMinoring, kMajoring };
  enum Average { kMacro, kMicro, kWeighted };
  // A bin's number must be exact in float32 (2^24); a curve takes 16 bytes per threshold.
  static constexpr std::size_t kMaxThresholds = std::size_t{1} << 20;

  Kind kind = kBinaryAccuracy;
  Loss loss;
  double threshold = 0.5;
  std::size_t k = 5, top_k = 0;      // top_k 0: all outputs
  std::ptrdiff_t class_id = -1;      // -1: all outputs
  std::vector<double> thresholds;    // kAuc: increasing, in (0, 1); empty: num_thresholds equidistant ones from 0 to 1
  std::size_t num_thresholds = 200;  // at most kMaxThresholds
  Curve curve = kRoc;
  Summation summation = kInterpolation;
  bool multi_label = false;  // kAuc: mean of the areas per output
  Average average = kMacro;  // kF1Score, kR2Score; kWeighted: of kR2Score by variance
  bool largest = false;      // kF1Score: the largest output of a row is positive, without threshold
  bool from_logits = false;  // kAuc: p is the sigmoid of the output; else outputs must be in [0, 1]

  Metric(Kind k_ = kBinaryAccuracy) : kind(k_) {}
  Metric(const Loss& l) : kind(kLoss), loss(l) {}
  friend bool operator==(const Metric& metric, Kind other) { return metric.kind == other; }
};

// `weighted`: a mean weighted by the sample weights.
struct MetricSpec {
  Metric metric;
  bool weighted = false;
};

PROXNET_EXPORT Targets metric_targets(const Metric& metric);

// Throws InvalidInput for a parameter out of range, or if the metric does not fit the outputs.
PROXNET_EXPORT void check_metric(const Metric& metric, std::size_t outputs, const char* operation);

// The metric of outputs p; weight may be null. An area is NaN if one of the classes has no row.
template <class T>
PROXNET_EXPORT double metric_value(const Metric& metric, ConstMatrixView<T> y, ConstMatrixView<T> p, const T* weight);

}  // namespace proxnet
