// An activation that stands alone, in training.
#pragma once

#include "layers/dense.h"

namespace proxnet {

// to[r] = from[r], from any layout to any.
template <class T>
void copy_rows(std::size_t rows, std::size_t cols, RowPanels<const T> from, RowPanels<T> to) {
  for (std::size_t p = 0; p * kPanel<T> < cols; ++p) {
    const std::size_t left = cols - p * kPanel<T>, width = left < kPanel<T> ? left : kPanel<T>;
    for (std::size_t r = 0; r < rows; ++r) std::memcpy(to.at(p, r), from.at(p, r), width * sizeof(T));
  }
}

template <class T> class ActivationRun final : public LayerRun<T> {
 public:
  // As DenseRun: with `loss_on_logits` the loss finishes the activation and starts the gradient before it.
  ActivationRun(LayerRun<T>& previous, const Activation& activation, std::size_t batch, bool last, bool loss_on_logits);
  void forward(RowRange rows, const StepContext<T>& step) override;
  void backward(RowRange rows, const StepContext<T>& step) override;
  const Activations<T>* take_gate() override;

 private:
  LayerRun<T>& previous_;
  const Activation activation_;
  const bool loss_on_logits_;
  bool derivative_done_;  // by the loss or by the gate
  Activations<T> slope_;  // the derivative where keeps_slope(activation), else empty
};

}  // namespace proxnet
