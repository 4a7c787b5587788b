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
std::size_t descend(std::vector<double>& w, double tol, std::size_t most, Pass&& pass, Restart&& restart,
                    Objective&& objective) {
  std::vector<std::vector<double>> passes = {w};
  for (std::size_t made = 1; made <= most; ++made) {
    if (pass() <= tol) return made;
    passes.push_back(w);
    if (passes.size() <= kAndersonMemory) continue;
    extrapolate(passes, false, w, restart, objective);
    passes = {w};
  }
  return most;
}

class ProxDescent {
 public:
  // By place: the slopes at no weights, and the curvatures.
  ProxDescent(const ProxRule& rule, Quadratic& set, const std::vector<double>& correlation,
              const std::vector<double>& curvature)
      : rule_(rule), set_(set), correlation_(correlation), curvature_(curvature) {}

  std::size_t solve(double tol, std::size_t most, Poller& poll);
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
