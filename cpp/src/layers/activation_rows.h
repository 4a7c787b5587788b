// An activation on a block of rows in either layout, and its derivative.
#pragma once

#include "ops/activations.h"
#include "proxnet/activation.h"

namespace proxnet {

ActivationKernel activation_kernel(const Activation& activation);

// Whether training keeps the derivative beside the output, as the output does not tell it.
inline bool keeps_slope(const Activation& activation) {
  return activation_kernel(activation) >= ActivationKernel::kGelu;
}
// Whether the function needs a whole row at once.
inline bool takes_rows(const Activation& activation) {
  return activation == Activation::kSoftmax || activation == Activation::kLogSoftmax;
}

// h <- activation(h). `slope` (null where nothing will go back) is laid out as h.
template <class T>
void activate(const KernelTable<T>& k, const Activation& activation, std::size_t rows, std::size_t cols, RowPanels<T> h,
              const RowPanels<T>* slope);
// d <- d * derivative
template <class T>
void activate_backward(const KernelTable<T>& k, const Activation& activation, std::size_t rows, std::size_t cols,
                       RowPanels<T> h, const RowPanels<T>* slope, RowPanels<T> d);

}  // namespace proxnet
