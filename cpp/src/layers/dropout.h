// Dropout in training: the mask is a function of (seed, epoch, layer, position), of a layer with a seed of its
// own of (seed, epoch, position), made again in the backward pass.
#pragma once

#include "layers/layer_run.h"
#include "proxnet/layer.h"

namespace proxnet {

template <class T> class DropoutRun final : public LayerRun<T> {
 public:
  // `index` tells the dropout layers of a network apart.
  DropoutRun(LayerRun<T>& previous, const Dropout& layer, std::size_t index, std::size_t batch);
  void forward(RowRange rows, const StepContext<T>& step) override;
  void backward(RowRange rows, const StepContext<T>& step) override;

 private:
  // to[r] = from[r] under the mask of row r
  void apply(RowRange rows, const StepContext<T>& step, const Activations<T>& from, Activations<T>& to) const;
  LayerRun<T>& previous_;
  const std::size_t index_;
  const std::optional<std::uint64_t> seed_;
  unsigned last_;  // of the 2^32 numbers, those up to this one are kept
  T scale_;
};

}  // namespace proxnet
