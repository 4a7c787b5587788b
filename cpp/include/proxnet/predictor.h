// A network frozen for prediction: weights stored dense or sparse by their cost, the same bits as Network::predict.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "proxnet/error.h"
#include "proxnet/matrix.h"

namespace proxnet {

template <class T> class Network;
template <class T> class FrozenNetwork;

struct PredictOptions {
  bool check_finite = true;    // false: rows that are not finite give outputs that are not
  std::function<bool()> poll;  // as in TrainOptions
};

// Immutable: any number of threads may call everything at once, also while the network it came from trains on. What is
// noexcept allocates nothing and takes no lock.
template <class T> class PROXNET_EXPORT Predictor {
 public:
  // Copies the network's published weights.
  explicit Predictor(const Network<T>& network);
  // For load_predictor().
  explicit Predictor(std::unique_ptr<const FrozenNetwork<T>> frozen);
  ~Predictor();
  Predictor(Predictor&&) noexcept;
  Predictor& operator=(Predictor&&) noexcept;

  std::size_t inputs() const noexcept;
  std::size_t outputs() const noexcept;
  // Bytes of the weights as they are stored.
  std::size_t bytes() const noexcept;
  // Layers whose weights are stored sparse.
  std::size_t sparse_layers() const noexcept;
  // About the nanoseconds that one of many rows takes on a core.
  double cost() const noexcept;
  // Bytes that `workspace` must have for calls with at most so many rows; it needs no alignment.
  std::size_t workspace_size(std::size_t rows) const noexcept;

  // out[r] = f(x[r]); x has inputs() columns, out outputs(). Where x is not finite, out[r] is not either.
  void predict(ConstMatrixView<T> x, MatrixView<T> out, void* workspace) const noexcept;
  // The same before the activation of the last layer.
  void logits(ConstMatrixView<T> x, MatrixView<T> out, void* workspace) const noexcept;
  // labels[r]: the column of the largest output; with one output 1 where it is over `threshold`, else 0.
  void labels(ConstMatrixView<T> x, std::int64_t* labels, void* workspace, double threshold = 0.5) const noexcept;

  // The same on the library's threads, each with memory of its own. They throw InvalidInput "[predict] ..." for wrong
  // shapes and, with options.check_finite, where x is not finite.
  void predict(ConstMatrixView<T> x, MatrixView<T> out, const PredictOptions& options = {}) const;
  void logits(ConstMatrixView<T> x, MatrixView<T> out, const PredictOptions& options = {}) const;
  void labels(ConstMatrixView<T> x, std::int64_t* labels, double threshold = 0.5,
              const PredictOptions& options = {}) const;

 private:
  std::unique_ptr<const FrozenNetwork<T>> frozen_;
};

}  // namespace proxnet
