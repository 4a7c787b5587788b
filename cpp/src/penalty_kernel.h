// Which kernels serve a penalty, and the numbers they take.
#pragma once

#include "proxnet/penalty.h"
#include "runtime/dispatch.h"

namespace proxnet {

inline PenaltyKernel penalty_kernel(const Penalty& penalty) {
  return penalty.none() ? PenaltyKernel::kNone : PenaltyKernel::kElasticNet;
}

// The strengths times `scale`.
template <class T> PenaltyScalars<T> penalty_scalars(const Penalty& penalty, double scale = 1) {
  return {static_cast<T>(scale * penalty.l1), static_cast<T>(scale * penalty.l2)};
}

}  // namespace proxnet
