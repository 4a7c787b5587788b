// The dense layer: forward on rows (training and prediction), and its run in training.
#pragma once

#include <algorithm>
#include <limits>
#include <memory>

#include "layers/activation_rows.h"
#include "layers/layer_run.h"
#include "ops/products.h"
#include "ops/zero_rows.h"
#include "proxnet/layer.h"

namespace proxnet {

// How a dense layer's output lies: a softmax needs whole rows, and so does the loss after the last layer.
inline Layout output_layout(const Activation& activation, bool last) {
  return last || takes_rows(activation) ? Layout::kRows : Layout::kPanels;
}

// out[r] = activation(x[r] W + b); the logits instead where `logits` is set. `slope` as for activate().
template <class T, class Pause>
void dense_forward(const KernelTable<T>& k, const DenseParameters<T>& p, const Activation& activation, bool logits,
                   std::size_t rows, RowPanels<const T> x, RowPanels<T> out, const RowPanels<T>* slope, Pause&& pause) {
  const bool relu = activation_kernel(activation) == ActivationKernel::kRelu && !logits;
  const T floor = relu ? T(0) : -std::numeric_limits<T>::infinity();
  forward_product(k, p.kernel, p.bias.data(), floor, rows, x, out, pause);
  if (!relu && !logits && activation.kind != Activation::kLinear)
    activate(k, activation, rows, p.kernel.cols, out, slope);
}

template <class T> class DenseRun final : public LayerRun<T> {
 public:
  // `index` counts the dense layers. With `loss_on_logits` the output is left as logits for the loss to finish, and the
  // gradient that the loss writes is already the logits' own.
  DenseRun(LayerRun<T>& previous, const Dense& layer, std::size_t index, const Panels<T>& kernel, std::size_t batch,
           bool last, bool loss_on_logits);
  void forward(RowRange rows, const StepContext<T>& step) override;
  void backward(RowRange rows, const StepContext<T>& step) override;
  void reserve(Scratch<T>& scratch) const override;
  void plan(const KernelTable<T>& k, const Parameters<T>& parameters) override;
  const Activations<T>* take_gate() override;

  const Activations<T>& input() const { return previous_.output; }
  const KeptColumns<T>& kept_inputs() const { return previous_.kept; }
  ZeroRows<T> zero_rows;  // of the kernel

 private:
  // The same products without what is zero for certain.
  void forward_kept(RowRange rows, const StepContext<T>& step);
  void backward_kept(RowRange rows, const RowPanels<const T>* gate, const StepContext<T>& step);
  void turn_kept(const Panels<T>& w, std::size_t q, const KernelTable<T>& k, T* scratch) const;
  LayerRun<T>& previous_;
  const Dense layer_;
  const std::size_t index_;
  const bool loss_on_logits_;
  bool derivative_done_;                  // by the loss or by the gate
  Activations<T> slope_;                  // the derivative where keeps_slope(activation), else empty
  const Activations<T>* gate_ = nullptr;  // of the previous layer
  // A unit of relu whose incoming weights are zero and whose bias is not positive gives zero and takes no gradient.
  // Only a dense layer that stands on this one directly knows how to do without it.
  bool droppable_ = false;
};

}  // namespace proxnet
