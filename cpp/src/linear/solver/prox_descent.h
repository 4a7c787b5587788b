// Coordinate descent by the prox of single weights, with Anderson's extrapolation: on a set with a Gram matrix, or on
// whatever else makes a pass.
#pragma once

#include "linear/penalty/prox_rule.h"
#include "linear/solver/anderson.h"
#include "linear/working_set/quadratic.h"

namespace proxnet {

// Until no weight moves by more than `tol`, in units of its slope, or `most` passes are made; the passes.
// pass(): the largest move; restart(): w is not where passes left it; objective().
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
  // By place: the slopes at no weights, and the curvatures.
  ProxDescent(const ProxRule& rule, Quadratic& set, const std::vector<double>& correlation,
              const std::vector<double>& curvature)
      : rule_(rule), set_(set), correlation_(correlation), curvature_(curvature) {}

  std::size_t solve(double tol, std::size_t max_iter, Poller& poll);
  // In the set's units, less that without weights.
  double objective() const;

 private:
  // The largest move.
  double pass(Poller& poll);

  const ProxRule& rule_;
  Quadratic& set_;
  const std::vector<double>&correlation_, &curvature_;
};

}  // namespace proxnet
