// The dense layer: forward on rows, for training and prediction, and DenseRun for training.
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

// Layout::kRows for softmax and for the loss after the last layer.
inline Layout output_layout(const Activation& activation, bool last) {
  return last || is_row_wise(activation) ? Layout::kRows : Layout::kPanels;
}

// out[r] = activation(x[r] W + b), or x[r] W + b with `logits`. `slope`: as for activate().
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
  // `index`: in Parameters::dense. `loss_on_logits`: output holds logits, and the loss writes the gradient by the
  // logits.
  DenseRun(LayerRun<T>& previous, const Dense& layer, std::size_t index, const Panels<T>& kernel, std::size_t batch,
           bool last, bool loss_on_logits);
  void forward(RowRange rows, const StepContext<T>& step) override;
  void backward(RowRange rows, const StepContext<T>& step) override;
  void reserve(Scratch<T>& scratch) const override;
  void prune(const KernelTable<T>& k, const Parameters<T>& parameters) override;
  const Activations<T>* relu_mask() override;

  const Activations<T>& input() const { return previous_.output; }
  const ActiveColumns<T>& active_inputs() const { return previous_.active; }
  ZeroRows<T> zero_rows;  // of the kernel

 private:
  // The same products over active inputs, active units and non-zero rows of W.
  void forward_active(RowRange rows, const StepContext<T>& step);
  void backward_active(RowRange rows, const RowPanels<const T>* mask, const StepContext<T>& step);
  void transpose_active(const Panels<T>& w, std::size_t q, const KernelTable<T>& k, T* scratch) const;
  LayerRun<T>& previous_;
  const Dense layer_;
  const std::size_t index_;
  const bool loss_on_logits_;
  bool derivative_done_;                       // by the loss, or by the next layer (relu_mask)
  Activations<T> slope_;                       // the derivative if stores_derivative(activation), else empty
  const Activations<T>* relu_mask_ = nullptr;  // the previous layer's output, if its relu is applied here
  // Whether units may be pruned: a relu unit with zero weights and bias <= 0 has output 0 and gradient 0. Only a dense
  // layer directly after this one can skip them.
  bool prunable_ = false;
};

}  // namespace proxnet
