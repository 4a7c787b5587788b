// An activation layer in training, where it is not part of the dense layer before it.
#pragma once

#include "layers/dense.h"

namespace proxnet {

// to[r] = from[r], between any layouts
template <class T>
void copy_rows(std::size_t rows, std::size_t cols, RowPanels<const T> from, RowPanels<T> to) {
  for (std::size_t p = 0; p * kPanel<T> < cols; ++p) {
    const std::size_t left = cols - p * kPanel<T>, width = left < kPanel<T> ? left : kPanel<T>;
    for (std::size_t r = 0; r < rows; ++r) std::memcpy(to.at(p, r), from.at(p, r), width * sizeof(T));
  }
}

template <class T> class ActivationRun final : public LayerRun<T> {
 public:
  // `loss_on_logits`: as for DenseRun.
  ActivationRun(LayerRun<T>& previous, const Activation& activation, std::size_t batch, bool last, bool loss_on_logits);
  void forward(RowRange rows, const StepContext<T>& step) override;
  void backward(RowRange rows, const StepContext<T>& step) override;
  const Activations<T>* relu_mask() override;

 private:
  LayerRun<T>& previous_;
  const Activation activation_;
  const bool loss_on_logits_;
  bool derivative_done_;  // by the loss, or by the next layer (relu_mask)
  Activations<T> slope_;  // the derivative if stores_derivative(activation), else empty
};

}  // namespace proxnet
