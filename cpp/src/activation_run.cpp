// Activations that stand alone.
#include "activation_run.h"

#include <utility>

namespace proxnet {

template <class T>
ActivationRun<T>::ActivationRun(LayerRun<T>& previous, Activation activation, std::size_t batch, bool last,
                                bool loss_on_logits)
    : previous_(previous), activation_(activation), loss_on_logits_(loss_on_logits), derivative_done_(loss_on_logits) {
  const std::size_t cols = previous.output.cols;
  this->output = Activations<T>(batch, cols, output_layout(activation, last));
  this->kept = KeptColumns<T>(this->output.cols, kernels<T>().lanes);
  if (previous.gradient.cols) this->gradient = Activations<T>(batch, cols, output_layout(activation, last));
}

template <class T> const Activations<T>* ActivationRun<T>::take_gate() {
  if (activation_ != Activation::kRelu) return nullptr;
  derivative_done_ = true;
  return &this->output;
}

template <class T> void ActivationRun<T>::forward(RowRange rows, const StepContext<T>& step) {
  const RowPanels<T> out = this->output.view(rows.first);
  copy_rows<T>(rows.count(), this->output.cols, previous_.output.view(rows.first), out);
  if (!loss_on_logits_) activate_rows(step.k, activation_, rows.count(), this->output.cols, out);
}

template <class T> void ActivationRun<T>::backward(RowRange rows, const StepContext<T>& step) {
  if (this->gradient.cols == 0) return;
  const RowPanels<T> h = this->output.view(rows.first), d = this->gradient.view(rows.first);
  if (!derivative_done_) {
    const auto derive = step.k.activate_backward[static_cast<int>(activation_)];
    const std::ptrdiff_t h_step = static_cast<std::ptrdiff_t>(h.row_step),
                         d_step = static_cast<std::ptrdiff_t>(d.row_step);
    if (d.panel_step == kPanel<T>)
      derive(rows.count(), this->output.cols, h.data, h_step, d.data, d_step);
    else
      for (std::size_t p = 0; p < this->output.panels(); ++p)
        derive(rows.count(), this->output.width(p), h.at(p, 0), h_step, d.at(p, 0), d_step);
  }
  copy_rows<T>(rows.count(), this->output.cols, d, previous_.gradient.view(rows.first));
}

template class ActivationRun<float>;
template class ActivationRun<double>;

}  // namespace proxnet
