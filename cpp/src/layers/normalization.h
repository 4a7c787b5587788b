// Normalization by fixed statistics: a Normalization, or a BatchNormalization that is not trained.
#pragma once

#include "layers/layer_run.h"
#include "proxnet/layer.h"

namespace proxnet {

// y = (x - mean) scale + shift, one number per column, padded to whole panels.
template <class T> struct Affine {
  T *mean, *scale, *shift;
};

// Elements of an Affine.
template <class T> std::size_t affine_size(std::size_t cols) { return 3 * round_up(cols, kPanel<T>); }
// The Affine of a layer, in `memory`.
template <class T> Affine<T> fixed_affine(const Layer& layer, const NormParameters<T>& parameters, T* memory);

// y may be x.
template <class T>
void apply_affine(const KernelTable<T>& k, const Affine<T>& a, std::size_t rows, std::size_t cols, RowPanels<const T> x,
                  RowPanels<T> y) {
  for (std::size_t p = 0, j = 0; j < cols; ++p, j += kPanel<T>)
    k.normalize(rows, cols - j < kPanel<T> ? cols - j : kPanel<T>, a.mean + j, a.scale + j, a.shift + j, x.at(p, 0),
                static_cast<std::ptrdiff_t>(x.row_step), y.at(p, 0), static_cast<std::ptrdiff_t>(y.row_step));
}

template <class T> class NormalizationRun final : public LayerRun<T> {
 public:
  // `index`: in Parameters::norms.
  NormalizationRun(LayerRun<T>& previous, const Layer& layer, std::size_t index, std::size_t batch, bool last);
  void forward(RowRange rows, const StepContext<T>& step) override;
  void backward(RowRange rows, const StepContext<T>& step) override;
  void reserve(Scratch<T>& scratch) const override;

 private:
  LayerRun<T>& previous_;
  const Layer layer_;
  const std::size_t index_;
};

}  // namespace proxnet
