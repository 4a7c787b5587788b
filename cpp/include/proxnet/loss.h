// What a network minimises: the mean over the rows of a batch; formulas and defaults are Keras'.
// sigmoid or softmax before its own cross-entropy is computed from the logits, so no finite input overflows.
#pragma once

#include <cstddef>

#include "proxnet/activation.h"

namespace proxnet {

// y is the target, p the output, e = p - y; "mean" and "sum" run over the outputs of a row.
struct Loss {
  enum Kind {
    kMeanSquaredError,
    kMeanAbsoluteError,
    kMeanAbsolutePercentageError,    // mean 100 |e| / max(|y|, 1e-7)
    kMeanSquaredLogarithmicError,    // mean (log(1 + p) - log(1 + y))^2
    kHuber,                          // mean e^2 / 2 up to |e| = delta, linear beyond
    kLogCosh,                        // mean log cosh e
    kQuantile,                       // mean of quantile * -e below y, (1 - quantile) * e above
    kPoisson,                        // mean p - y log(p + 1e-7)
    kCosineSimilarity,               // -cosine of the angle between y and p
    kHinge,                          // mean max(0, 1 - y p), y of -1 and 1; 0 is read as -1
    kSquaredHinge,                   // mean max(0, 1 - y p)^2
    kCategoricalHinge,               // max(0, 1 + max (1 - y) p - sum y p)
    kKlDivergence,                   // sum y log(y / p)
    kBinaryCrossentropy,             // mean of each output's own
    kBinaryFocalCrossentropy,        // the same times (1 - probability of y)^gamma
    kCategoricalCrossentropy,        // sum -y log p, p divided by its sum
    kSparseCategoricalCrossentropy,  // -log p[y]: one column of class numbers 0 .. outputs - 1
    kCategoricalFocalCrossentropy,   // sum -alpha (1 - p)^gamma y log p
  };
  Kind kind = kMeanSquaredError;
  double delta = 1;
  double quantile = 0.5;
  double gamma = 2, alpha = 0.25;  // focal
  bool balanced = false;           // kBinaryFocalCrossentropy: alpha for class 1, 1 - alpha for class 0
  double label_smoothing = 0;      // of cross-entropies with targets in [0, 1]: towards the mean over the classes
  bool from_logits = false;        // of cross-entropies: p is sigmoid or softmax of the network's output

  constexpr Loss(Kind k = kMeanSquaredError) : kind(k) {}
  friend constexpr bool operator==(const Loss& loss, Kind k) { return loss.kind == k; }
};

// What a loss or a metric asks of its targets; kBinary is 0 or 1.
enum class Targets { kNumbers, kNotNegative, kProbabilities, kSigns, kBinary, kClassNumbers };
PROXNET_EXPORT Targets loss_targets(const Loss& loss);

// Throws InvalidInput for a parameter out of range, a last activation or a number of outputs that makes no sense.
PROXNET_EXPORT void check_loss(const Loss& loss, const Activation& last, std::size_t outputs, const char* operation);

// values[r] = the loss of row r of an output p.
template <class T>
PROXNET_EXPORT void loss_values(const Loss& loss, ConstMatrixView<T> y, ConstMatrixView<T> p, T* values);

}  // namespace proxnet
