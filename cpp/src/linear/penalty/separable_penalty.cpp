#include "linear/penalty/separable_penalty.h"

namespace proxnet {

namespace {

constexpr std::size_t kPolled = 1024;  // steps of single weights from poll to poll: a tenth of a millisecond

}  // namespace

void check_separable(const Penalty& penalty, std::size_t cols) {
  check(penalty.kind != PenaltyKind::kGroup && penalty.kind != PenaltyKind::kOrthogonal,
        "[penalty] a penalty of single weights is needed; norms of groups are for the group lasso");
  check_penalty(penalty, WeightShape(cols, 1), "[penalty]");
}

Columns SeparablePenalty::unpenalized_weights() const {
  Columns unpenalized;
  for (std::size_t j = 0; j < count_; ++j)
    if (is_unpenalized(j)) unpenalized.push_back(j);
  return unpenalized;
}

double SeparablePenalty::alpha_of_zeros(const std::vector<double>& q, const std::vector<double>& curvature,
                                        Poller& poll) const {
  const double own = given_.kind == PenaltyKind::kElasticNet ? given_.l1 : given_.strength;
  if (!(own > 0)) return INFINITY;
  Columns moving;
  for (std::size_t j = 0; j < count_; ++j)
    if (!is_unpenalized(j)) moving.push_back(j);
  const auto stay = [&](double alpha) {
    Columns still;
    for (std::size_t k = 0; k < moving.size(); ++k) {
      const std::size_t j = moving[k];
      if (k % kPolled == 0) poll();
      if (leaves_zero(j, q[j], curvature[j], alpha / alpha_)) still.push_back(j);
    }
    if (still.empty()) return true;
    moving = std::move(still);
    return false;
  };
  std::vector<double> gradient(count_);
  for (std::size_t j = 0; j < count_; ++j) gradient[j] = -q[j] / (objective_scale_ * weight_scale_);
  double low = strength_max(given_, gradient.data(), WeightShape(count_, 1)) / own, high = low;
  if (!stay(high))
    while (!stay(high = high > 0 ? 2 * high : 1) && high < 1e300) low = high;
  // Bisection: 50 halvings suffice within a factor of two; 200 reach 2^-200 from 0.
  for (int k = 0; k < 200 && high - low > 1e-15 * high; ++k)
    (stay(0.5 * (low + high)) ? high : low) = 0.5 * (low + high);
  return high;
}

}  // namespace proxnet
