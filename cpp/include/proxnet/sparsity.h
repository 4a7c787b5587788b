// What the exact zeros have done to a network.
#pragma once

#include <cstddef>
#include <vector>

namespace proxnet {

// In use, alive: a path of non-zero weights, a batch normalization's gamma among them, runs through the input or unit
// from an input of the network to an output.
struct LayerSparsity {
  std::size_t weights = 0, zeros = 0;  // of the kernel
  std::size_t biases = 0, bias_zeros = 0;
  std::size_t inputs = 0, inputs_used = 0;
  std::size_t units = 0, units_alive = 0;
  std::size_t bytes = 0;  // of kernel and bias, stored densely
  std::vector<bool> input_used, unit_alive;
};

}  // namespace proxnet
