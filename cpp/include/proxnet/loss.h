// What a network minimises: the mean over the rows of a batch, as Keras defines each loss.
// sigmoid or softmax before its own cross-entropy is computed from the logits, so no finite input overflows.
#pragma once

namespace proxnet {

// kSparseCategoricalCrossentropy takes one column of class numbers 0 .. outputs - 1.
enum class Loss { kMeanSquaredError, kBinaryCrossentropy, kCategoricalCrossentropy, kSparseCategoricalCrossentropy };

}  // namespace proxnet
