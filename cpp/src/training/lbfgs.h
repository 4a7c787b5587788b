// L-BFGS [Nocedal 1980; Liu and Nocedal 1989]: the direction by the two-loop recursion, the step by bisection to the
// weak Wolfe conditions, with the approximate ones of Hager and Zhang [2005] where rounding hides the decrease.
#pragma once

#include <vector>

#include "training/full_batch_method.h"

namespace proxnet {

template <class T> class Lbfgs final : public FullBatchMethod<T> {
 public:
  Lbfgs(const NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options);
  Report iterate(Parameters<T>& live) override;

 private:
  struct Point {
    Buffer<T> w, gradient;
    double value = 0;
    std::vector<double> metrics;
  };
  void evaluate(Point& point) {
    point.value = objective_.value(point.w.data(), point.gradient.data());
    point.metrics = objective_.metrics();
  }
  // direction_ = -H gradient at at_, H from the newest `count` pairs before pair `end`.
  void choose_direction(std::uint64_t end, std::size_t count);
  // From at_ along direction_ to trial_, first with this step. False if no step decreases the objective.
  bool search(double step);

  const Optimizer& optimizer_;
  Objective<T> objective_;
  Point at_, trial_;
  bool known_ = false;  // at_ has the objective at its w
  Buffer<T> x_, direction_;
  // Pair p, s = w_new - w and y = gradient_new - gradient, in slot p % memory.
  std::vector<Buffer<T>> s_, y_;
};

}  // namespace proxnet
