// The scalars that the kernel of an optimizer takes in one step.
#pragma once

#include <cstdint>

#include "proxnet/optimizer.h"
#include "runtime/dispatch.h"

namespace proxnet {

// The scalar part of an optimizer's state, of the whole network. Snapshots hold it with the weights.
struct OptimizerProgress {
  std::uint64_t iterations = 0;
  double reach = 0;                 // SGD: step for a constant unit gradient, r <- momentum * r + learning_rate
  double momentum_product = 1;      // Nadam: product of the momenta
  double step = 0, first_step = 0;  // FISTA: the last step, and the learning rate it started from
  double inertia = 1;               // FISTA: t of Beck and Teboulle [2009]
  std::uint64_t pairs = 0;          // L-BFGS: since the memory was empty
};

OptimizerKernel optimizer_kernel(const Optimizer& optimizer);
// State arrays per array of weights; with use_ema the last one is the moving average.
int optimizer_state_count(const Optimizer& optimizer);
// The initial value of state array `index`.
double optimizer_state_start(const Optimizer& optimizer, int index);
// Counts one step and returns its scalars.
template <class T> StepScalars<T> next_step(const Optimizer& optimizer, OptimizerProgress& progress);

}  // namespace proxnet
