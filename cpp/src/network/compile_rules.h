// What compile() accepts: which layers and penalties an optimizer can train, and which sparsity targets go together.
#pragma once

#include <vector>

#include "layers/parameter_specs.h"
#include "proxnet/network.h"

namespace proxnet {

// Throws InvalidInput if the optimizer cannot train these layers with this penalty step.
void check_training(const Optimizer& optimizer, const std::vector<Layer>& layers,
                    const std::vector<ParameterSpec>& specs, PenaltyStep penalty_step);
void check_full_batch(const Optimizer& optimizer, const std::vector<Layer>& layers,
                      const std::vector<ParameterSpec>& specs, PenaltyStep penalty_step);

// Kernels that share a network-wide target must all be pruned by magnitude, or all by their penalty.
void check_targets(const std::vector<ParameterSpec>& specs);
// Their ramps must be equal.
void check_target_ramps(const std::vector<ParameterSpec>& specs, const std::vector<StrengthRamp>& ramps);

}  // namespace proxnet
