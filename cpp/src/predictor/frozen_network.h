// The layers of a Predictor with their weights, and rows through them in memory of the caller's.
#pragma once

#include <cstdint>
#include <vector>

#include "layers/normalization.h"
#include "layers/parameters.h"
#include "predictor/sparse_weights.h"
#include "proxnet/matrix.h"

namespace proxnet {

template <class T> class FrozenNetwork {
 public:
  // The arrays of `layers` begin at parameters.dense[dense] and parameters.norms[norm].
  FrozenNetwork(std::size_t inputs, const std::vector<Layer>& layers, const Parameters<T>& parameters,
                std::size_t dense = 0, std::size_t norm = 0);

  std::size_t inputs() const { return inputs_; }
  std::size_t outputs() const { return outputs_; }
  std::size_t bytes() const;
  std::size_t sparse_layers() const;
  // Nanoseconds that a row of a block takes, about.
  double cost() const;
  std::size_t workspace_size(std::size_t rows) const;
  void run(ConstMatrixView<T> x, MatrixView<T> out, bool logits, void* workspace) const noexcept;
  void labels(ConstMatrixView<T> x, std::int64_t* labels, T threshold, void* workspace) const noexcept;

 private:
  // One layer: a product with W where there is a bias, a normalization where there is an affine, and an activation.
  struct Stage {
    std::size_t inputs, outputs;
    Activation activation = Activation::kLinear;
    std::vector<std::size_t> columns;  // of a ColumnSelection
    Panels<T> dense;                   // empty where the weights are stored sparse alone
    SparseWeights<T> sparse;           // empty where they are stored dense alone
    Buffer<T> bias;
    Buffer<T> affine_memory;
    Affine<T> affine{};

    bool product() const { return bias.size() > 0; }
  };
  // Where the rows of a block are: row after row, `step` apart, or in groups of kRowGroup rows input after input.
  struct Rows {
    const T* data;
    std::size_t step;
    bool by_input = false;
  };

  void run_row(const T* x, T* out, bool logits, T* memory) const noexcept;
  void run_block(std::size_t rows, ConstMatrixView<T> x, MatrixView<T> out, bool logits, T* memory) const noexcept;
  void product_row(const Stage& stage, T floor, const T* x, T* out, unsigned* input, T* value) const noexcept;
  void product_block(const Stage& stage, T floor, std::size_t rows, Rows& x, T* spare, T* out) const noexcept;
  void finish(const Stage& stage, bool logits, std::size_t rows, std::size_t cols, T* h,
              std::size_t step) const noexcept;

  std::size_t inputs_, outputs_, width_;  // width_: of the widest layer, padded to whole panels
  std::vector<Stage> stages_;
};

}  // namespace proxnet
