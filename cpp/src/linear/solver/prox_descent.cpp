#include "linear/solver/prox_descent.h"

namespace proxnet {

double ProxDescent::pass(Poller& poll) {
  constexpr std::size_t kPolled = 64;  // columns from poll to poll
  double moved = 0;
  for (std::size_t k = 0; k < set_.size(); ++k) {
    if (k % kPolled == 0) poll();
    const double next = penalty_.minimizer(set_.ids[k], set_.w[k], set_.neg_gradient[k], curvature_[k]),
                 back = set_.w[k] - next;
    if (back == 0) continue;
    const double* gram = set_.gram(k);
    kernels<double>().add_columns(set_.size(), 1, &gram, &back, set_.neg_gradient.data());
    set_.w[k] = next + 0.0;
    moved = std::max(moved, std::fabs(back) * penalty_.total_curvature(set_.ids[k], curvature_[k]));
  }
  return moved;
}

double ProxDescent::objective() const {
  const auto& k = kernels<double>();
  double sum = -0.5 * (k.dot(set_.size(), set_.w.data(), correlation_.data()) +
                       k.dot(set_.size(), set_.w.data(), set_.neg_gradient.data()));
  for (std::size_t s = 0; s < set_.size(); ++s)
    if (set_.w[s] != 0 || penalty_.damping > 0) sum += penalty_.value(set_.ids[s], set_.w[s], curvature_[s]);
  return sum;
}

std::size_t ProxDescent::solve(double tol, std::size_t max_iter, Poller& poll) {
  return descend(
      set_.w, tol, max_iter, [&] { return pass(poll); }, [&] { set_.refresh_gradient(correlation_); },
      [&] { return objective(); });
}

}  // namespace proxnet
