// Normalization by fixed statistics.
#include "layers/normalization.h"

#include <algorithm>
#include <cmath>

namespace proxnet {

template <class T> Affine<T> fixed_affine(const Layer& layer, const NormParameters<T>& p, T* memory) {
  constexpr double kLeastDeviation = 1e-7;  // Keras' epsilon()
  const std::size_t padded = round_up(p.cols, kPanel<T>);
  std::fill(memory, memory + 3 * padded, T(0));
  const Affine<T> a{memory, memory + padded, memory + 2 * padded};
  const auto* batch = std::get_if<BatchNormalization>(&layer);
  const bool invert = !batch && std::get<Normalization>(layer).invert;
  for (std::size_t j = 0; j < p.cols; ++j) {
    const double variance = static_cast<double>(p.variance[j]);
    if (batch) {
      const double gamma = p.gamma.size() ? static_cast<double>(p.gamma[j]) : 1;
      a.mean[j] = p.mean[j], a.shift[j] = p.beta.size() ? p.beta[j] : T(0);
      a.scale[j] = static_cast<T>(gamma / std::sqrt(variance + batch->epsilon));
    } else {
      const double deviation = std::max(std::sqrt(variance), kLeastDeviation);
      (invert ? a.shift : a.mean)[j] = p.mean[j];
      a.scale[j] = static_cast<T>(invert ? deviation : 1 / deviation);
    }
  }
  return a;
}
template Affine<float> fixed_affine(const Layer&, const NormParameters<float>&, float*);
template Affine<double> fixed_affine(const Layer&, const NormParameters<double>&, double*);

template <class T>
NormalizationRun<T>::NormalizationRun(LayerRun<T>& previous, const Layer& layer, std::size_t index, std::size_t batch,
                                      bool last)
    : previous_(previous), layer_(layer), index_(index) {
  const Layout layout = last ? Layout::kRows : Layout::kPanels;
  this->output = Activations<T>(batch, previous.output.cols, layout);
  this->active = ActiveColumns<T>(this->output.cols, kernels<T>().lanes);
  if (previous.gradient.cols) this->gradient = Activations<T>(batch, previous.output.cols, layout);
}

template <class T> void NormalizationRun<T>::reserve(Scratch<T>& scratch) const {
  const std::size_t size = affine_size<T>(this->output.cols);
  if (scratch.panel.size() < size) scratch.panel = Buffer<T>(size);
}

template <class T> void NormalizationRun<T>::forward(RowRange rows, const StepContext<T>& step) {
  const Affine<T> a = fixed_affine(layer_, step.parameters.norms[index_], step.scratch->panel.data());
  apply_affine<T>(step.k, a, rows.count(), this->output.cols, previous_.output.view(rows.first),
                  this->output.view(rows.first));
}

template <class T> void NormalizationRun<T>::backward(RowRange rows, const StepContext<T>& step) {
  if (this->gradient.cols == 0) return;
  const Affine<T> a = fixed_affine(layer_, step.parameters.norms[index_], step.scratch->panel.data());
  std::fill(a.mean, a.scale, T(0));
  std::fill(a.shift, a.shift + (a.shift - a.scale), T(0));
  apply_affine<T>(step.k, a, rows.count(), this->output.cols, this->gradient.view(rows.first),
                  previous_.gradient.view(rows.first));
}

template class NormalizationRun<float>;
template class NormalizationRun<double>;

}  // namespace proxnet
