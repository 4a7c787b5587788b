// Duality gap of the (sparse) group lasso, at the residual scaled until it is dual feasible.
#pragma once

#include <vector>

#include "linear/penalty/gap.h"
#include "linear/penalty/group_penalty.h"
#include "proxnet/group_path.h"

namespace proxnet {

inline GroupStrength strength_of(const GroupPenalty& penalty, std::size_t group, double scale, std::size_t targets) {
  const double* factors = penalty.factors.empty() ? nullptr : penalty.factors.data();
  return {scale * penalty.l1, scale * penalty.norms[group], factors, penalty.members.data() + penalty.starts[group],
          targets};
}
inline bool makes_zeros(const GroupPenalty& penalty) {
  return penalty.l1 > 0 || std::any_of(penalty.norms.begin(), penalty.norms.end(), [](double n) { return n > 0; });
}

// w and q = X_g' r of one group: (columns, targets), `count` entries.
struct GroupBlock {
  std::size_t group = 0, count = 0;
  const double *w = nullptr, *q = nullptr;
};

// scale: alpha * rows; block(k) for k < count. Dual point as in gap.h.
template <class BlockOf>
Certificate group_certificate(const GroupPenalty& penalty, double scale, std::size_t targets, std::size_t count,
                              BlockOf&& block, const ResidualSquares& squares) {
  Certificate c;
  const double own_l2 = scale * penalty.l2;
  const bool has_norms = scale > 0 && makes_zeros(penalty);
  double norms = 0, norm2 = 0, conjugate = 0, decrease = 0, top = scale;
  std::vector<double> q;
  for (std::size_t k = 0; k < count; ++k) {
    const GroupBlock b = block(k);
    const GroupStrength strength = strength_of(penalty, b.group, scale, targets);
    q.assign(b.q, b.q + b.count);
    for (std::size_t e = 0; e < b.count; ++e) {
      const double l2 = own_l2 * strength.factor(e);
      decrease += q[e] * q[e];
      if (l2 > 0) conjugate += q[e] * q[e] / l2;
      q[e] -= l2 * b.w[e];
      norm2 += l2 * b.w[e] * b.w[e];
    }
    norms += strength.value(b.w, b.count);
    c.distance = std::max(c.distance, strength.distance(b.w, q.data(), b.count));
    if (has_norms && strength.rest(q.data(), b.count) > strength.norm)
      top = std::max(top, factor_of_zero(strength_of(penalty, b.group, 1, targets), q.data(), b.count));
  }
  const double rr = squares.residual, ry = squares.target;
  if (has_norms) {
    const double shrink = scale / top;
    c.gap = 0.5 * (1 + shrink * shrink) * (rr + norm2) + norms - shrink * ry;
  } else if (own_l2 > 0) {
    c.gap = rr - ry + 0.5 * (norm2 + conjugate);
  } else {
    c.gap = decrease;
  }
  return c;
}

}  // namespace proxnet
