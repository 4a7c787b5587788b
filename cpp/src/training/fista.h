// FISTA, proximal gradient steps from an extrapolated point [Beck and Teboulle 2009], with a line search on the smooth
// part and restarts of the momentum [O'Donoghue and Candes 2015].
#pragma once

#include <vector>

#include "training/full_batch_method.h"

namespace proxnet {

template <class T> class Fista final : public FullBatchMethod<T> {
 public:
  Fista(const NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options);
  Report iterate(Parameters<T>& live) override;

 private:
  // Weights after a proximal gradient step of length `step`.
  struct Trial {
    Buffer<T> w;
    double smooth = 0, penalty = 0, step = 0;
    std::vector<double> metrics;
    double total() const { return smooth + penalty; }
  };
  // Line search from y_: sets next_. `grow`: tries longer steps than the last. False if y_ is not finite.
  bool descend(bool grow);
  void try_step(double step);
  // smooth(w) <= smooth(y) + gradient . (w - y) + |w - y|^2 / (2 step), w of trial_. `reliable`: the last term is above
  // the rounding of the others.
  bool bounded(bool& reliable) const;

  const Optimizer& optimizer_;
  Objective<T> objective_;
  Buffer<T> x_, previous_, y_, gradient_;
  Buffer<T> at_;  // where smooth_ is the smooth function's value, if known_; scratch during the line search
  bool known_ = false;
  double smooth_ = 0, smooth_y_ = 0, step_ = 0;
  Trial next_, trial_;
};

}  // namespace proxnet
