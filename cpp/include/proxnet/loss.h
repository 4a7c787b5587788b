// Losses of a row, averaged over the rows of a batch; formulas and defaults are Keras'. A cross-entropy after its own
// sigmoid or softmax is computed from the logits, so that no finite input overflows.
#pragma once

#include <cstddef>

#include "proxnet/activation.h"

namespace proxnet {

// y: target, p: output, e = p - y; mean, sum and max run over the outputs of a row.
struct Loss {
  enum Kind {
    kMeanSquaredError,
    kMeanAbsoluteError,
    kMeanAbsolutePercentageError,    // mean 100 |e| / max(|y|, 1e-7)
    kMeanSquaredLogarithmicError,    // mean (log(1 + p) - log(1 + y))^2
    kHuber,                          // mean of e^2 / 2 if |e| <= delta, else delta (|e| - delta / 2)
    kLogCosh,                        // mean log cosh e
    kQuantile,                       // mean max(-quantile e, (1 - quantile) e)
    kPoisson,                        // mean p - y log(p + 1e-7)
    kCosineSimilarity,               // -cosine of the angle between y and p
    kHinge,                          // mean max(0, 1 - y p), y in {-1, 1}; y = 0 counts as -1
    kSquaredHinge,                   // mean max(0, 1 - y p)^2
    kCategoricalHinge,               // max(0, 1 + max (1 - y) p - sum y p)
    kKlDivergence,                   // sum y log(y / p)
    kBinaryCrossentropy,             // mean -y log p - (1 - y) log(1 - p)
    kBinaryFocalCrossentropy,        // the terms times (1 - probability of y)^gamma
    kCategoricalCrossentropy,        // -sum y log(p / sum p)
    kSparseCategoricalCrossentropy,  // -log p[y], y a class number, (rows, 1)
    kCategoricalFocalCrossentropy,   // -sum alpha (1 - p)^gamma y log p
  };
  Kind kind = kMeanSquaredError;
  double delta = 1;
  double quantile = 0.5;
  double gamma = 2, alpha = 0.25;  // focal losses
  bool balanced = false;           // kBinaryFocalCrossentropy: alpha for class 1, 1 - alpha for class 0
  double label_smoothing = 0;      // cross-entropies: y * (1 - s) + s / classes
  bool from_logits = false;        // cross-entropies: p is the sigmoid or softmax of the output

  constexpr Loss(Kind k = kMeanSquaredError) : kind(k) {}
  friend constexpr bool operator==(const Loss& loss, Kind k) { return loss.kind == k; }
};

// The targets that a loss or metric accepts. kSigns: {0, 1} or {-1, 1}; kBinary: {0, 1}.
enum class Targets { kNumbers, kNotNegative, kProbabilities, kSigns, kBinary, kClassNumbers };
PROXNET_EXPORT Targets loss_targets(const Loss& loss);

// Throws InvalidInput for a parameter out of range, or if the loss does not fit the last activation or the outputs.
PROXNET_EXPORT void check_loss(const Loss& loss, const Activation& last, std::size_t outputs, const char* operation);

// values[r] = loss of row r
template <class T>
PROXNET_EXPORT void loss_values(const Loss& loss, ConstMatrixView<T> y, ConstMatrixView<T> p, T* values);

}  // namespace proxnet
