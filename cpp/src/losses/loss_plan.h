// The kernel that computes a loss after a network's last activation.
#pragma once

#include "kernels/kernel_table.h"
#include "proxnet/loss.h"

namespace proxnet {

template <class T> struct LossPlan {
  LossKernel kernel = LossKernel::kSquaredError;
  LossScalars<T> scalars;
  // The kernel applies the last activation itself, to logits; its gradient is by the logits.
  bool replaces_activation = false;
};

// `last`: the activation of the last layer.
template <class T> LossPlan<T> loss_plan(const Loss& loss, const Activation& last, std::size_t outputs);

}  // namespace proxnet
