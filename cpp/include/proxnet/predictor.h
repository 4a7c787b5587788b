// A network frozen for prediction: weights stored dense or sparse by their cost, the same bits as Network::predict.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "proxnet/error.h"
#include "proxnet/matrix.h"

namespace proxnet {

template <class T> class Network;
template <class T> class FrozenNetwork;

// Immutable: any number of threads may call everything at once, also while the network it came from trains on. What is
// noexcept allocates nothing and takes no lock.
template <class T> class PROXNET_EXPORT Predictor {
 public:
  // Copies the network's published weights.
  explicit Predictor(const Network<T>& network);
  ~Predictor();
  Predictor(Predictor&&) noexcept;
  Predictor& operator=(Predictor&&) noexcept;

  std::size_t inputs() const noexcept;
  std::size_t outputs() const noexcept;
  // Bytes of the weights as they are stored.
  std::size_t bytes() const noexcept;
  // Layers whose weights are stored sparse.
  std::size_t sparse_layers() const noexcept;
  // Bytes that `workspace` must have for calls with at most so many rows; it needs no alignment.
  std::size_t workspace_size(std::size_t rows) const noexcept;

  // out[r] = f(x[r]); x has inputs() columns, out outputs(). Where x is not finite, out[r] is not either.
  void predict(ConstMatrixView<T> x, MatrixView<T> out, void* workspace) const noexcept;
  // The same before the activation of the last layer.
  void logits(ConstMatrixView<T> x, MatrixView<T> out, void* workspace) const noexcept;

  const FrozenNetwork<T>& frozen() const noexcept { return *frozen_; }

 private:
  std::unique_ptr<const FrozenNetwork<T>> frozen_;
};

}  // namespace proxnet
