// Batch normalization in training. Its statistics run over the whole batch, so all threads meet before forward and
// before backward.
#pragma once

#include "layers/layer_run.h"
#include "proxnet/layer.h"

namespace proxnet {

template <class T> class BatchNormRun final : public LayerRun<T> {
 public:
  // `index`: in Parameters::norms.
  BatchNormRun(LayerRun<T>& previous, const BatchNormalization& layer, std::size_t index, std::size_t batch, bool last);
  void forward(RowRange rows, const StepContext<T>& step) override;
  void backward(RowRange rows, const StepContext<T>& step) override;
  bool reduces_batch() const override { return true; }
  void reduce_forward(Member& member, std::size_t batch_rows, const StepContext<T>& step) override;
  void reduce_backward(Member& member, std::size_t batch_rows, const StepContext<T>& step) override;

  // Updates the moving statistics by the last batch, each thread its columns.
  void move_statistics(const Member& member, NormParameters<T>& parameters) const;

  std::size_t index() const { return index_; }
  // Gradients of the last batch, padded to whole panels.
  const Buffer<T>& gamma_gradient() const { return gamma_gradient_; }
  const Buffer<T>& beta_gradient() const { return beta_gradient_; }

 private:
  // Sums over the batch: tile(p, block, rows) writes the sums of panel p over a block of rows; fold(p) merges those of
  // all blocks in order. Tiles depend on the shape alone. Ends with a barrier.
  template <class Tile, class Fold> void reduce(Member& member, std::size_t batch_rows, Tile&& tile, Fold&& fold);
  T* first(std::size_t p, std::size_t block) { return first_.data() + block * padded_ + p * kPanel<T>; }
  T* second(std::size_t p, std::size_t block) { return second_.data() + block * padded_ + p * kPanel<T>; }
  void fold_moments(std::size_t p, std::size_t batch_rows, const NormParameters<T>& parameters);
  void fold_products(std::size_t p, std::size_t batch_rows);

  LayerRun<T>& previous_;
  const BatchNormalization layer_;
  const std::size_t index_, padded_;
  Buffer<T> first_, second_;   // (blocks, columns): means and squares; in backward sums and products
  Buffer<T> mean_, variance_;  // of the batch
  Buffer<T> scale_, shift_;    // y = (x - mean) scale + shift
  Buffer<T> slope_, back_;     // dx = dy scale + (x - mean) slope + back
  Buffer<T> gamma_gradient_, beta_gradient_;
  std::vector<double> inverse_;  // 1 / sqrt(variance + epsilon)
};

}  // namespace proxnet
