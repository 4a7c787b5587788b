// An activation layer of its own.
#include "layers/activation_run.h"

#include <utility>

namespace proxnet {

template <class T>
ActivationRun<T>::ActivationRun(LayerRun<T>& previous, const Activation& activation, std::size_t batch, bool last,
                                bool loss_on_logits)
    : previous_(previous), activation_(activation), loss_on_logits_(loss_on_logits), derivative_done_(loss_on_logits) {
  const std::size_t cols = previous.output.cols;
  this->output = Activations<T>(batch, cols, output_layout(activation, last));
  this->active = ActiveColumns<T>(this->output.cols, kernels<T>().lanes);
  if (previous.gradient.cols == 0) return;
  this->gradient = Activations<T>(batch, cols, output_layout(activation, last));
  if (stores_derivative(activation)) slope_ = Activations<T>(batch, cols, output_layout(activation, last));
}

template <class T> const Activations<T>* ActivationRun<T>::relu_mask() {
  if (activation_kernel(activation_) != ActivationKernel::kRelu) return nullptr;
  derivative_done_ = true;
  return &this->output;
}

template <class T> void ActivationRun<T>::forward(RowRange rows, const StepContext<T>& step) {
  const RowPanels<T> out = this->output.view(rows.first);
  copy_rows<T>(rows.count(), this->output.cols, previous_.output.view(rows.first), out);
  const RowPanels<T> slope = slope_.view(rows.first);
  if (!loss_on_logits_)
    activate(step.k, activation_, rows.count(), this->output.cols, out, slope_.cols ? &slope : nullptr);
}

template <class T> void ActivationRun<T>::backward(RowRange rows, const StepContext<T>& step) {
  if (this->gradient.cols == 0) return;
  const RowPanels<T> d = this->gradient.view(rows.first), slope = slope_.view(rows.first);
  if (!derivative_done_)
    activate_backward(step.k, activation_, rows.count(), this->output.cols, this->output.view(rows.first),
                      slope_.cols ? &slope : nullptr, d);
  copy_rows<T>(rows.count(), this->output.cols, d, previous_.gradient.view(rows.first));
}

template class ActivationRun<float>;
template class ActivationRun<double>;

}  // namespace proxnet
