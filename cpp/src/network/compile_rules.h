// Rules that compile checks before anything is built: what full-batch optimizers can minimise, what sparsity targets
// of several kernels must have in common.
#pragma once

#include <vector>

#include "layers/array_rules.h"
#include "proxnet/network.h"

namespace proxnet {

// Throws InvalidInput unless the optimizer is no such method, or can minimise what layers, rules and kind of penalty
// step make of a network.
void check_full_batch(const Optimizer& optimizer, const std::vector<Layer>& layers, const std::vector<ArrayRule>& rules,
                      PenaltyStep penalty_step);

// Kernels with one target over the network all go by magnitude or all by the strength of their penalties.
void check_targets(const std::vector<ArrayRule>& rules);
// And they want the same share at the same time.
void check_target_ramps(const std::vector<ArrayRule>& rules, const std::vector<StrengthRamp>& ramps);

}  // namespace proxnet
