// Loss and metrics of a network on data.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "proxnet/network.h"

namespace proxnet {

// x (rows, inputs) with y (rows, outputs), or (rows, 1) class numbers for the sparse loss. Nothing is copied or
// written.
template <class T> struct Data {
  const RowSource<T>* x = nullptr;
  ConstMatrixView<T> y;
  const T* sample_weight = nullptr;  // (rows,) or null; the loss is sum(weight * loss) / rows
};

// Means over the rows; the loss includes the penalties.
struct Report {
  double loss = 0;
  std::vector<double> metrics;  // in the order of compile()
};

// Loss and metrics over batches, of the weights that are published at its construction.
template <class T> class PROXNET_EXPORT Evaluator {
 public:
  explicit Evaluator(const Network<T>& network);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // `some_weight`: throws InvalidInput if all sample weights of the batch are zero.
  void add(const Data<T>& batch, const std::function<bool()>& poll = {}, bool some_weight = false);
  // Over all rows added so far.
  Report report() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Loss and metrics of the published weights. `poll` as in TrainOptions.
template <class T>
PROXNET_EXPORT Report evaluate(const Network<T>& network, const Data<T>& data, std::function<bool()> poll = {});

}  // namespace proxnet
