// Anderson's extrapolation of a linearly converging sequence.
#pragma once

#include <cstddef>
#include <vector>

namespace proxnet {

constexpr std::size_t kAndersonMemory = 5;  // passes that are combined, and between two looks at the gap

// Weights with sum 1 of passes[1], passes[2], ...: they make the combined difference small. Empty where the differences
// are dependent.
std::vector<double> anderson_weights(const std::vector<std::vector<double>>& iterates);

// Replaces w by the combination of the last passes where that lowers the objective, which is known of w after
// restart(). Zeros stay zeros, and where `positive` what would be negative becomes one.
template <class Restart, class Objective>
void extrapolate(const std::vector<std::vector<double>>& iterates, bool positive, std::vector<double>& w,
                 Restart&& restart, Objective&& objective) {
  const std::vector<double> weight = anderson_weights(iterates);
  if (weight.empty()) return;
  const double before = objective();
  const std::vector<double> last = w;
  for (std::size_t k = 0; k < w.size(); ++k) {
    double sum = 0;
    for (std::size_t a = 0; a < weight.size(); ++a) sum += weight[a] * iterates[a + 1][k];
    w[k] = last[k] == 0 || (positive && sum < 0) ? 0.0 : sum;
  }
  restart();
  if (objective() < before) return;
  w = last;
  restart();
}

}  // namespace proxnet
