// Duality gap of least squares with an elastic net, at the residual scaled until it is dual feasible.
#pragma once

#include "linear/penalty/elastic_net.h"

namespace proxnet {

// r.r and r.y for the residual r at w.
struct ResidualSquares {
  double residual = 0, target = 0;
};

struct Certificate {
  double gap = 0;       // on the solver's scale; without a dual value: the quantity that tol bounds
  double distance = 0;  // largest KKT violation of a coordinate
};

// Over `count` coordinates: coordinate k is column id(k) with coefficient w[k] and q[k] = X_j . r. Dual point as in
// scikit-learn: with l1, r scaled into the dual ball of the augmented problem; without l1, r itself. Without any
// penalty the "gap" is no bound: it is sum_k q[k]^2 / (2 square(k)), what exact coordinate steps would gain, square(k)
// = |X_j|^2.
template <class Id, class Square>
Certificate certificate(const ElasticNet& penalty, std::size_t count, Id&& id, const double* w, const double* q,
                        const ResidualSquares& squares, Square&& square) {
  Certificate c;
  double norm1 = 0, norm2 = 0, conjugate = 0, decrease = 0, scale = 1;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t j = id(k);
    const double l1 = penalty.l1(j), l2 = penalty.l2(j);
    const double excess = penalty.excess(q[k] - l2 * w[k]);
    if (w[k] != 0) {
      norm1 += l1 * std::fabs(w[k]), norm2 += l2 * w[k] * w[k];
      c.distance = std::max(c.distance, penalty.distance(j, w[k], q[k]));
    } else {
      c.distance = std::max(c.distance, excess - l1);
    }
    if (excess > l1) scale = std::min(scale, l1 / excess);
    if (!penalty.has_l1()) {
      const double outside = std::max(0.0, penalty.excess(q[k]));
      const double reach = w[k] != 0 ? q[k] : outside;
      if (penalty.none() && square(k) > 0) decrease += 0.5 * reach * reach / square(k);
      if (l2 > 0) conjugate += outside * outside / l2;
    }
  }
  const double rr = squares.residual, ry = squares.target;
  if (penalty.has_l1())
    c.gap = 0.5 * (1 + scale * scale) * (rr + norm2) + norm1 - scale * ry;
  else if (penalty.has_l2())
    c.gap = rr - ry + 0.5 * (norm2 + conjugate);
  else
    c.gap = decrease;
  return c;
}

}  // namespace proxnet
