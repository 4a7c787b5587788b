// Dropout in training. The mask is a function of (seed, epoch, layer, position), or of (seed, epoch, position) if the
// layer has its own seed, and is computed again in the backward pass.
#pragma once

#include "layers/layer_run.h"
#include "proxnet/layer.h"

namespace proxnet {

template <class T> class DropoutRun final : public LayerRun<T> {
 public:
  // `index`: number of the dropout layer in the network.
  DropoutRun(LayerRun<T>& previous, const Dropout& layer, std::size_t index, std::size_t batch);
  void forward(RowRange rows, const StepContext<T>& step) override;
  void backward(RowRange rows, const StepContext<T>& step) override;

 private:
  // to[r] = from[r] under the mask of row r
  void apply(RowRange rows, const StepContext<T>& step, const Activations<T>& from, Activations<T>& to) const;
  LayerRun<T>& previous_;
  const std::size_t index_;
  const std::optional<std::uint64_t> seed_;
  unsigned last_;  // an input is kept if its 32-bit random number is at most last_
  T scale_;
};

}  // namespace proxnet
