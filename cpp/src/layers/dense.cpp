// Dense layers in training.
#include "layers/dense.h"

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
  if (layer.trainable || previous.gradient.cols) {
    this->gradient = Activations<T>(batch, layer.units, output_layout(layer.activation, last));
    if (keeps_slope(layer.activation))
      slope_ = Activations<T>(batch, layer.units, output_layout(layer.activation, last));
  }
  this->kept = KeptColumns<T>(layer.units, kernels<T>().lanes);
  zero_rows = ZeroRows<T>(kernel);
  if (previous.gradient.cols == 0) return;
  gate_ = previous.take_gate();
  if (auto* below = dynamic_cast<DenseRun*>(&previous))
    below->droppable_ = gate_ && output_layout(below->layer_.activation, false) == Layout::kPanels &&
                        !below->loss_on_logits_ && !below->activity;
}

template <class T> void DenseRun<T>::reserve(Scratch<T>& scratch) const {
  const std::size_t rows = previous_.output.cols, cols = this->output.cols, most = std::max(rows, cols);
  // Two panels of W without its dropped columns, or of W^T, and a vector to spill into.
  const std::size_t panel = 2 * round_up(most, kPanel<T>) * kPanel<T> + kRowPad<T>;
  if (scratch.panel.size() < panel) scratch.panel = Buffer<T>(panel);
  if (scratch.steps.size() < most) scratch.steps.resize(most);
}

template <class T> void DenseRun<T>::plan(const KernelTable<T>& k, const Parameters<T>& parameters) {
  const DenseParameters<T>& p = parameters.dense[index_];
  zero_rows.find(k, p.kernel);
  if (!droppable_) return;
  const auto dead = [&](std::size_t j) {
    if (!(p.bias[j] <= 0)) return false;
    const T* w = p.kernel.at(j / kPanel<T>, 0) + j % kPanel<T>;
    for (std::size_t i = 0; i < p.kernel.rows; ++i)
      if (w[i * kPanel<T>] != 0) return false;
    return true;
  };
  std::size_t count = 0;
  for (std::size_t j = 0; j < p.kernel.cols; ++j) count += dead(j);
  if (count * kFewZeros >= p.kernel.cols)
    this->kept.keep([&](std::size_t j) { return !dead(j); });
  else if (!this->kept.all())
    this->kept.keep([](std::size_t) { return true; });
}

template <class T> const Activations<T>* DenseRun<T>::take_gate() {
  if (activation_kernel(layer_.activation) != ActivationKernel::kRelu) return nullptr;
  derivative_done_ = true;
  return &this->output;
}

template <class T> void DenseRun<T>::forward(RowRange rows, const StepContext<T>& step) {
  if (!previous_.kept.all() || !this->kept.all() || zero_rows.tracked()) return forward_kept(rows, step);
  const RowPanels<T> slope = slope_.view(rows.first);
  dense_forward<T>(step.k, step.parameters.dense[index_], layer_.activation, loss_on_logits_, rows.count(),
                   previous_.output.view(rows.first), this->output.view(rows.first), slope_.cols ? &slope : nullptr,
                   [&] { step.pause(step.pause_context); });
}

template <class T> void DenseRun<T>::backward(RowRange rows, const StepContext<T>& step) {
  if (this->gradient.cols == 0) return;
  const RowPanels<T> d = this->gradient.view(rows.first), slope = slope_.view(rows.first);
  if (!derivative_done_)
    activate_backward(step.k, layer_.activation, rows.count(), layer_.units, this->output.view(rows.first),
                      slope_.cols ? &slope : nullptr, d);
  if (previous_.gradient.cols == 0) return;
  RowPanels<const T> gate;
  if (gate_) gate = gate_->view(rows.first);
  if (!previous_.kept.all() || !this->kept.all()) return backward_kept(rows, gate_ ? &gate : nullptr, step);
  input_product<T>(step.k, step.parameters.dense[index_].kernel, rows.count(), d, gate_ ? &gate : nullptr,
                   previous_.gradient.view(rows.first), step.scratch->panel.data(),
                   [&] { step.pause(step.pause_context); });
}

template class DenseRun<float>;
template class DenseRun<double>;

}  // namespace proxnet
