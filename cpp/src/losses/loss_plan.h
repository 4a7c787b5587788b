// How a loss is computed behind a network's last activation.
#pragma once

#include "kernels/kernel_table.h"
#include "proxnet/loss.h"

namespace proxnet {

template <class T> struct LossPlan {
  LossKernel kernel = LossKernel::kSquaredError;
  LossScalars<T> scalars;
  // The last activation is left to the kernel, whose gradient is the logits' own.
  bool replaces_activation = false;
};

template <class T> LossPlan<T> loss_plan(const Loss& loss, const Activation& last, std::size_t outputs);

}  // namespace proxnet
