// Batch normalization in training: statistics over the whole batch, for which all threads meet before forward and
// before backward.
#pragma once

#include "layers/layer_run.h"
#include "proxnet/layer.h"

namespace proxnet {

template <class T> class BatchNormRun final : public LayerRun<T> {
 public:
  // `index` counts the layers with NormParameters.
  BatchNormRun(LayerRun<T>& previous, const BatchNormalization& layer, std::size_t index, std::size_t batch, bool last);
  void forward(RowRange rows, const StepContext<T>& step) override;
  void backward(RowRange rows, const StepContext<T>& step) override;
  bool gathers() const override { return true; }
  void gather_forward(Member& member, std::size_t batch_rows, const StepContext<T>& step) override;
  void gather_backward(Member& member, std::size_t batch_rows, const StepContext<T>& step) override;

  // This thread's share of the columns: the moving statistics follow the last batch's.
  void move_statistics(const Member& member, NormParameters<T>& parameters) const;

  std::size_t index() const { return index_; }
  // Of the last batch, padded to whole panels.
  const Buffer<T>& gamma_gradient() const { return gamma_gradient_; }
  const Buffer<T>& beta_gradient() const { return beta_gradient_; }

 private:
  // A tile is a panel's columns in a block of rows, cut by shape alone; tile(p, block, rows) fills its numbers and
  // fold(p) makes one number a column of those of all blocks, in order. Ends with a barrier.
  template <class Tile, class Fold> void reduce(Member& member, std::size_t batch_rows, Tile&& tile, Fold&& fold);
  T* first(std::size_t p, std::size_t block) { return first_.data() + block * padded_ + p * kPanel<T>; }
  T* second(std::size_t p, std::size_t block) { return second_.data() + block * padded_ + p * kPanel<T>; }
  void fold_moments(std::size_t p, std::size_t batch_rows, const NormParameters<T>& parameters);
  void fold_products(std::size_t p, std::size_t batch_rows);

  LayerRun<T>& previous_;
  const BatchNormalization layer_;
  const std::size_t index_, padded_;
  Buffer<T> first_, second_;   // of each tile: means and squares, on the way back sums and products
  Buffer<T> mean_, variance_;  // of the batch
  Buffer<T> scale_, shift_;    // y = (x - mean) scale + shift
  Buffer<T> slope_, back_;     // dx = dy scale + (x - mean) slope + back
  Buffer<T> gamma_gradient_, beta_gradient_;
  std::vector<double> inverse_;  // 1 / sqrt(variance + epsilon)
};

}  // namespace proxnet
