#include "linear/prox_descent.h"

#include "linear/anderson.h"

namespace proxnet {

double ProxDescent::descend(Poller& poll) {
  constexpr std::size_t kPolled = 64;  // columns from poll to poll
  double moved = 0;
  for (std::size_t k = 0; k < set_.size(); ++k) {
    if (k % kPolled == 0) poll();
    const std::size_t j = set_.ids[k];
    const double next = step_.minimiser(j, set_.w[k], set_.slope[k]), back = set_.w[k] - next;
    if (back == 0) continue;
    const double* gram = set_.gram(k);
    kernels<double>().add_columns(set_.size(), 1, &gram, &back, set_.slope.data());
    set_.w[k] = next + 0.0;
    moved = std::max(moved, std::fabs(back) * step_.square(j));
  }
  return moved;
}

double ProxDescent::objective() const {
  const auto& k = kernels<double>();
  double sum = -0.5 * (k.dot(set_.size(), set_.w.data(), set_.correlation.data()) +
                       k.dot(set_.size(), set_.w.data(), set_.slope.data()));
  for (const std::size_t at : set_.support()) sum += step_.value(set_.ids[at], set_.w[at]);
  return sum;
}

std::size_t ProxDescent::solve(double tol, std::size_t most, Poller& poll) {
  std::vector<std::vector<double>> passes = {set_.w};
  for (std::size_t pass = 1; pass <= most; ++pass) {
    if (descend(poll) <= tol) return pass;
    passes.push_back(set_.w);
    if (passes.size() <= kAndersonMemory) continue;
    extrapolate(passes, false, set_.w, [&] { set_.refresh_slope(); }, [&] { return objective(); });
    passes = {set_.w};
  }
  return most;
}

}  // namespace proxnet
