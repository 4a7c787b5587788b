// From an optimizer's settings and its progress to the numbers one step's propose kernel takes.
#pragma once

#include <cstdint>

#include "proxnet/optimizer.h"
#include "runtime/dispatch.h"

namespace proxnet {

// What of an optimizer's state is one number for the whole network. Snapshots hold it with the weights.
struct OptimizerProgress {
  std::uint64_t iterations = 0;
  double reach = 0;                 // SGD: the momentum recursion on a unit gradient, s <- momentum * s + learning_rate
  double momentum_product = 1;      // Nadam: of the momenta so far
  double step = 0, first_step = 0;  // FISTA: the line search's last, and the learning rate that it began with
  double inertia = 1;               // FISTA: t of Beck and Teboulle
  std::uint64_t pairs = 0;          // L-BFGS: remembered since the memory was empty
};

OptimizerKernel optimizer_kernel(const Optimizer& optimizer);
// Arrays of state a weight needs; with use_ema the last one is the average.
int optimizer_state_count(const Optimizer& optimizer);
// What array `index` of the state holds before the first step.
double optimizer_state_start(const Optimizer& optimizer, int index);
// Counts one step and gives its numbers.
template <class T> StepScalars<T> next_step(const Optimizer& optimizer, OptimizerProgress& progress);

}  // namespace proxnet
