// A method that takes all rows in every step: one iteration an epoch.
#pragma once

#include <memory>

#include "training/objective.h"

namespace proxnet {

template <class T> class FullBatchMethod {
 public:
  virtual ~FullBatchMethod() = default;
  // One iteration from the weights and the state that are there, both moved on. Returns the objective at the new
  // weights and the metrics there; throws Diverged where it is not finite.
  virtual Report iterate(Parameters<T>& live) = 0;
};

// The method of the network's optimizer; both must outlive it, as must the data and the options.
template <class T>
std::unique_ptr<FullBatchMethod<T>> make_fista(const NetworkImpl<T>& network, const Data<T>& data,
                                               const TrainOptions& options);
template <class T>
std::unique_ptr<FullBatchMethod<T>> make_lbfgs(const NetworkImpl<T>& network, const Data<T>& data,
                                               const TrainOptions& options);

}  // namespace proxnet
