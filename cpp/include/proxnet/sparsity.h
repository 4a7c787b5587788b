// Counts of exact zeros, and of the inputs and units in use.
#pragma once

#include <cstddef>
#include <vector>

namespace proxnet {

// An input is in use, and a unit alive, if a path of non-zero weights (gamma of normalizations too) from an input to an
// output of the network runs through it.
struct LayerSparsity {
  std::size_t weights = 0, zeros = 0;  // of the kernel
  std::size_t biases = 0, bias_zeros = 0;
  std::size_t inputs = 0, inputs_used = 0;
  std::size_t units = 0, units_alive = 0;
  std::size_t bytes = 0;  // of kernel and bias, stored densely
  std::vector<bool> input_used, unit_alive;
};

}  // namespace proxnet
