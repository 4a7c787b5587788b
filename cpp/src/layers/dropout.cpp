// Masks from counter-based random numbers.
#include "layers/dropout.h"

#include <cmath>

#include "runtime/random.h"

namespace proxnet {

template <class T>
DropoutRun<T>::DropoutRun(LayerRun<T>& previous, const Dropout& layer, std::size_t index, std::size_t batch)
    : previous_(previous),
      index_(layer.seed ? 0 : index),
      seed_(layer.seed),
      last_(static_cast<unsigned>(std::ceil((1 - layer.rate) * 0x1p32) - 1)),
      scale_(static_cast<T>(1 / (1 - layer.rate))) {
  const std::size_t cols = previous.output.cols;
  this->output = Activations<T>(batch, cols, Layout::kPanels);
  this->active = ActiveColumns<T>(cols, kernels<T>().lanes);
  if (previous.gradient.cols) this->gradient = Activations<T>(batch, cols, Layout::kPanels);
}

template <class T>
void DropoutRun<T>::apply(RowRange rows, const StepContext<T>& step, const Activations<T>& from,
                          Activations<T>& to) const {
  const std::uint64_t stream = seed_ ? Random(*seed_, kDropoutStream, step.epoch).key() : step.dropout_key;
  const std::uint64_t key = Random(stream, kDropoutStream, index_).key();
  const RowPanels<const T> x = from.view();
  const RowPanels<T> y = to.view();
  for (std::size_t p = 0; p < from.panels(); ++p)
    for (std::size_t r = rows.first; r < rows.last; ++r)
      step.k.dropout(from.width(p), key, (step.first_position + r) * from.cols + p * kPanel<T>, last_, scale_,
                     x.at(p, r), y.at(p, r));
}

template <class T> void DropoutRun<T>::forward(RowRange rows, const StepContext<T>& step) {
  apply(rows, step, previous_.output, this->output);
}

template <class T> void DropoutRun<T>::backward(RowRange rows, const StepContext<T>& step) {
  if (previous_.gradient.cols) apply(rows, step, this->gradient, previous_.gradient);
}

template class DropoutRun<float>;
template class DropoutRun<double>;

}  // namespace proxnet
