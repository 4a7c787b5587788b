// Duality gaps and KKT violations: of least squares with an elastic net or a (sparse) group penalty, and of a
// generalised linear model with an elastic net. Dual points are residuals or gradients scaled until they are dual
// feasible.
#pragma once

#include <vector>

#include "linear/datafit/datafit.h"
#include "linear/penalty/elastic_net.h"
#include "linear/penalty/group_penalty.h"

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

// Generalised linear model.
// Over `count` coefficients: coefficient k has index id(k), value w[k] and negative gradient q[k] at the point last
// derived. Dual point: (1 - cut) * gradient, cut > 0 only to fit into |q| <= l1 where l2 = 0. gap = divergence of the
// loss + sum_k [l1 |w| + l2 / 2 w^2 - (1 - cut) q w + conjugate]; every term is >= 0, so that nothing cancels. Without
// a penalty the "gap" is sum_k q[k]^2 / (2 curvature[id(k)]), what Newton steps of single coefficients would gain.
template <class Id>
Certificate glm_certificate(const ElasticNet& penalty, const Datafit& fit, std::size_t count, Id&& id, const double* w,
                            const double* q, const std::vector<double>& curvature) {
  Certificate c;
  double decrease = 0, cut = 0, gap = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t j = id(k);
    const double l1 = penalty.l1(j), excess = penalty.excess(q[k]) - l1;
    c.distance = std::max(c.distance, w[k] != 0 ? penalty.distance(j, w[k], q[k]) : excess);
    if (penalty.l2(j) == 0 && excess > 0) cut = std::max(cut, excess / (excess + l1));
    if (!curvature.empty() && curvature[j] > 0) decrease += 0.5 * q[k] * q[k] / curvature[j];
  }
  if (penalty.none()) {
    c.gap = decrease;
    return c;
  }
  for (std::size_t k = 0; k < count; ++k) gap += penalty.gap(id(k), w[k], (1 - cut) * q[k]);
  c.gap = gap + fit.divergence(cut);
  return c;
}

// w and q = X_g' r of one group: (columns, targets), `count` entries.
struct GroupBlock {
  std::size_t group = 0, count = 0;
  const double *w = nullptr, *q = nullptr;
};

// scale: alpha * rows; block(k) for k < count. Dual point: r scaled as for the elastic net.
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
    const SparseGroup strength = sparse_group(penalty, b.group, scale, targets);
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
    if (has_norms && strength.soft_norm(q.data(), b.count) > strength.norm)
      top = std::max(top, factor_of_zero(sparse_group(penalty, b.group, 1, targets), q.data(), b.count));
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
