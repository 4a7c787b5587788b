// Anderson's extrapolation of a linearly converging sequence.
#pragma once

#include <cstddef>
#include <vector>

namespace proxnet {

constexpr std::size_t kAndersonMemory = 5;  // passes that are combined, and between two looks at the gap

// Weights with sum 1 of passes[1], passes[2], ...: they make the combined difference small. Empty where the differences
// are dependent.
std::vector<double> anderson_weights(const std::vector<std::vector<double>>& passes);

}  // namespace proxnet
