// Anderson acceleration of a linearly converging sequence.
#pragma once

#include <cstddef>
#include <vector>

namespace proxnet {

constexpr std::size_t kAndersonMemory = 5;  // iterates that are combined; also the iterations between two gap checks

// Weights of iterates[1], iterates[2], ..., with sum 1, that minimize the norm of the combined differences. Empty if
// the differences are linearly dependent.
std::vector<double> anderson_weights(const std::vector<std::vector<double>>& iterates);

// Replaces w by the Anderson combination of `iterates` if that lowers the objective. restart() recomputes the state
// that objective() reads from w. Zeros stay zeros; with `positive`, negative values become zero.
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
