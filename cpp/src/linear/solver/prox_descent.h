// Coordinate descent by the prox of single coefficients, with Anderson acceleration; on a Gram matrix, or on any other
// iteration.
#pragma once

#include "linear/penalty/damped_penalty.h"
#include "linear/solver/anderson.h"
#include "linear/working_set/quadratic.h"

namespace proxnet {

// Iterates until |step| * curvature <= tol for all coefficients, or max_iter; returns the iterations. pass(): makes one
// cycle and returns the largest |step| * curvature; restart(): recomputes the state after w was changed; objective():
// at w.
template <class Pass, class Restart, class Objective>
std::size_t descend(std::vector<double>& w, double tol, std::size_t max_iter, Pass&& pass, Restart&& restart,
                    Objective&& objective) {
  std::vector<std::vector<double>> iterates = {w};
  for (std::size_t made = 1; made <= max_iter; ++made) {
    if (pass() <= tol) return made;
    iterates.push_back(w);
    if (iterates.size() <= kAndersonMemory) continue;
    extrapolate(iterates, false, w, restart, objective);
    iterates = {w};
  }
  return max_iter;
}

class ProxDescent {
 public:
  // correlation: negative gradient at w = 0; curvature: (size of the set).
  ProxDescent(const DampedPenalty& penalty, Quadratic& set, const std::vector<double>& correlation,
              const std::vector<double>& curvature)
      : penalty_(penalty), set_(set), correlation_(correlation), curvature_(curvature) {}

  std::size_t solve(double tol, std::size_t max_iter, Poller& poll);
  // The objective less its value at w = 0.
  double objective() const;

 private:
  // Returns the largest |step| * curvature.
  double pass(Poller& poll);

  const DampedPenalty& penalty_;
  Quadratic& set_;
  const std::vector<double>&correlation_, &curvature_;
};

}  // namespace proxnet
