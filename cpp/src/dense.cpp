// Dense layers in training.
#include "dense.h"

namespace proxnet {

template <class T>
DenseRun<T>::DenseRun(LayerRun<T>& previous, const Dense& layer, std::size_t index, const Panels<T>& kernel,
                      std::size_t batch, bool last, bool loss_on_logits)
    : previous_(previous),
      layer_(layer),
      index_(index),
      loss_on_logits_(loss_on_logits),
      derivative_done_(loss_on_logits) {
  this->output = Activations<T>(batch, layer.units, output_layout(layer.activation, last));
  this->gradient = Activations<T>(batch, layer.units, output_layout(layer.activation, last));
  if (keeps_slope(layer.activation)) slope_ = Activations<T>(batch, layer.units, output_layout(layer.activation, last));
  if (previous.gradient.cols == 0) return;
  gate_ = previous.take_gate();
  scratch_size_ = input_product_scratch(kernel);
}

template <class T> const Activations<T>* DenseRun<T>::take_gate() {
  if (activation_kernel(layer_.activation) != ActivationKernel::kRelu) return nullptr;
  derivative_done_ = true;
  return &this->output;
}

template <class T> void DenseRun<T>::forward(RowRange rows, const StepContext<T>& step) {
  const RowPanels<T> slope = slope_.view(rows.first);
  dense_forward<T>(step.k, step.parameters.dense[index_], layer_.activation, loss_on_logits_, rows.count(),
                   previous_.output.view(rows.first), this->output.view(rows.first), slope_.cols ? &slope : nullptr,
                   [&] { step.pause(step.pause_context); });
}

template <class T> void DenseRun<T>::backward(RowRange rows, const StepContext<T>& step) {
  const RowPanels<T> d = this->gradient.view(rows.first), slope = slope_.view(rows.first);
  if (!derivative_done_)
    activate_backward(step.k, layer_.activation, rows.count(), layer_.units, this->output.view(rows.first),
                      slope_.cols ? &slope : nullptr, d);
  if (previous_.gradient.cols == 0) return;
  RowPanels<const T> gate;
  if (gate_) gate = gate_->view(rows.first);
  input_product<T>(step.k, step.parameters.dense[index_].kernel, rows.count(), d, gate_ ? &gate : nullptr,
                   previous_.gradient.view(rows.first), step.scratch, [&] { step.pause(step.pause_context); });
}

template class DenseRun<float>;
template class DenseRun<double>;

}  // namespace proxnet
