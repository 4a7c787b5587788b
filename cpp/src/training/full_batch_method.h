// A method that takes all rows in every step: one iteration per epoch.
#pragma once

#include <memory>

#include "training/objective.h"

namespace proxnet {

template <class T> class FullBatchMethod {
 public:
  virtual ~FullBatchMethod() = default;
  // One iteration; updates weights and state. Returns objective and metrics at the new weights. Throws Diverged if the
  // objective or its gradient is not finite.
  virtual Report iterate(Parameters<T>& live) = 0;
};

[[noreturn]] inline void throw_diverged() {
  throw Diverged("[fit] loss and gradient must stay finite, they did not; the last published weights are kept");
}

}  // namespace proxnet
