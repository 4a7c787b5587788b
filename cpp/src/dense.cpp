// Dense layers in training.
#include "dense.h"

namespace proxnet {

template <class T>
DenseRun<T>::DenseRun(LayerRun<T>& previous, const Dense& layer, std::size_t index, const Panels<T>& kernel,
                      std::size_t batch, bool loss_on_logits)
    : previous_(previous),
      layer_(layer),
      index_(index),
      loss_on_logits_(loss_on_logits),
      derivative_done_(loss_on_logits) {
  this->output = Activations<T>(batch, layer.units);
  this->gradient = Activations<T>(batch, layer.units);
  if (previous.gradient.cols == 0) return;
  gate_ = previous.take_gate();
  scratch_size_ = input_product_scratch(kernel);
}

template <class T> const Activations<T>* DenseRun<T>::take_gate() {
  if (layer_.activation != Activation::kRelu) return nullptr;
  derivative_done_ = true;
  return &this->output;
}

template <class T> void DenseRun<T>::forward(RowRange rows, const StepContext<T>& step) {
  const Activations<T>& x = previous_.output;
  dense_forward(step.k, step.parameters.dense[index_], layer_.activation, loss_on_logits_, rows.count(),
                x.row(rows.first), x.stride, this->output.row(rows.first), this->output.stride,
                [&] { step.pause(step.pause_context); });
}

template <class T> void DenseRun<T>::backward(RowRange rows, const StepContext<T>& step) {
  Activations<T>& d = this->gradient;
  if (!derivative_done_)
    step.k.activate_backward[static_cast<int>(layer_.activation)](
        rows.count(), layer_.units, this->output.row(rows.first), this->output.step(), d.row(rows.first), d.step());
  Activations<T>& dx = previous_.gradient;
  if (dx.cols == 0) return;
  input_product(step.k, step.parameters.dense[index_].kernel, rows.count(), d.row(rows.first), d.stride,
                gate_ ? gate_->row(rows.first) : nullptr, gate_ ? gate_->stride : 0, dx.row(rows.first), dx.stride,
                step.scratch, [&] { step.pause(step.pause_context); });
}

template class DenseRun<float>;
template class DenseRun<double>;

}  // namespace proxnet
