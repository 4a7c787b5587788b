// An activation and its derivative on a block of rows, in either layout.
#pragma once

#include "ops/activations.h"
#include "proxnet/activation.h"

namespace proxnet {

ActivationKernel activation_kernel(const Activation& activation);

// Whether training stores the derivative, because it is no function of the output.
inline bool stores_derivative(const Activation& activation) {
  return activation_kernel(activation) >= ActivationKernel::kGelu;
}
// Whether an output depends on all inputs of its row.
inline bool is_row_wise(const Activation& activation) {
  return activation == Activation::kSoftmax || activation == Activation::kLogSoftmax;
}

// h <- activation(h); slope <- the derivative, in the layout of h, unless null.
template <class T>
void activate(const KernelTable<T>& k, const Activation& activation, std::size_t rows, std::size_t cols, RowPanels<T> h,
              const RowPanels<T>* slope);
// d <- d * derivative, from outputs h or from slope
template <class T>
void activate_backward(const KernelTable<T>& k, const Activation& activation, std::size_t rows, std::size_t cols,
                       RowPanels<T> h, const RowPanels<T>* slope, RowPanels<T> d);

}  // namespace proxnet
