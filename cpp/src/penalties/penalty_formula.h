// The formulas of the elementwise penalties in double, and groups as lists of indices.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "proxnet/penalty.h"

namespace proxnet {

// The penalty with scaled strengths. Its value scales with them only if it is convex.
inline Penalty scaled(Penalty p, double factor) {
  p.l1 *= factor, p.l2 *= factor, p.strength *= factor;
  return p;
}

// The penalty of the weights of row i, with its factor.
inline Penalty of_row(const Penalty& p, std::size_t i) {
  const double f = p.factors.empty() ? 1 : p.factors[i];
  return {f * p.l1, f * p.l2, p.kind, f * p.strength, p.shape};
}

// The penalty of one weight, x = |w|.
inline double penalty_at(const Penalty& p, double x) {
  switch (p.kind) {
    case PenaltyKind::kMcp: {
      const double edge = std::min(x, p.shape * p.strength);
      return edge * (p.strength - edge / (2 * p.shape));
    }
    case PenaltyKind::kScad: {
      const double inner = std::min(x, p.strength);
      const double outer = std::max(std::min(x, p.shape * p.strength) - p.strength, 0.0);
      return p.strength * (inner + outer) - outer * outer / (2 * (p.shape - 1));
    }
    case PenaltyKind::kLogSum:
      return p.strength * std::log1p(x / p.shape);
    case PenaltyKind::kL0:
      return x > 0 ? p.strength : 0;
    default:
      return p.l1 * x + p.l2 * x * x;
  }
}

// The derivative of penalty_at() at x > 0, or from the right at x = 0.
inline double penalty_slope(const Penalty& p, double x) {
  switch (p.kind) {
    case PenaltyKind::kMcp:
      return std::max(p.strength - x / p.shape, 0.0);
    case PenaltyKind::kScad:
      return std::min(p.strength, std::max(p.shape * p.strength - x, 0.0) / (p.shape - 1));
    case PenaltyKind::kLogSum:
      return p.strength / (p.shape + x);
    case PenaltyKind::kL0:
      return x > 0 ? 0 : std::numeric_limits<double>::infinity();
    default:
      return p.l1 + 2 * p.l2 * x;
  }
}

// A group: indices in a row-major array, and the factor on its strengths.
struct GroupIndices {
  std::vector<std::size_t> indices;
  double factor;
  double size_root() const { return std::sqrt(static_cast<double>(indices.size())); }
};
inline std::vector<GroupIndices> group_indices(const Penalty& p, WeightShape shape) {
  std::vector<std::vector<std::size_t>> rows = p.groups;
  const bool by_output = p.axis == GroupAxis::kOutput;
  const std::size_t count = by_output ? shape.cols : rows.empty() ? shape.rows : rows.size();
  std::vector<GroupIndices> groups(count);
  for (std::size_t g = 0; g < count; ++g) {
    groups[g].factor = p.factors.empty() ? 1 : p.factors[g];
    if (by_output)
      for (std::size_t i = 0; i < shape.rows; ++i) groups[g].indices.push_back(i * shape.cols + g);
    else
      for (const std::size_t row : rows.empty() ? std::vector<std::size_t>{g} : rows[g])
        for (std::size_t j = 0; j < shape.cols; ++j) groups[g].indices.push_back(row * shape.cols + j);
  }
  return groups;
}

}  // namespace proxnet
