// The formulas of the elementwise penalties in double, at one magnitude; groups as lists of places in an array.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "proxnet/penalty.h"

namespace proxnet {

// The penalty with its strengths multiplied: not a multiple of its value where it is not convex.
inline Penalty scaled(Penalty p, double factor) {
  p.l1 *= factor, p.l2 *= factor, p.strength *= factor;
  return p;
}

// What the weights of row i are under.
inline Penalty of_row(const Penalty& p, std::size_t i) {
  const double f = p.factors.empty() ? 1 : p.factors[i];
  return {f * p.l1, f * p.l2, p.kind, f * p.strength, p.shape};
}

// The penalty of |w| = x.
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

// Its derivative at x > 0, or from the right at 0.
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

// A group: its places in a row-major array, and what its strengths are multiplied by.
struct GroupPlaces {
  std::vector<std::size_t> places;
  double factor;
  double size_root() const { return std::sqrt(static_cast<double>(places.size())); }
};
inline std::vector<GroupPlaces> group_places(const Penalty& p, WeightShape shape) {
  std::vector<std::vector<std::size_t>> rows = p.groups;
  const bool by_unit = p.axis == GroupAxis::kOutput;
  const std::size_t count = by_unit ? shape.cols : rows.empty() ? shape.rows : rows.size();
  std::vector<GroupPlaces> groups(count);
  for (std::size_t g = 0; g < count; ++g) {
    groups[g].factor = p.factors.empty() ? 1 : p.factors[g];
    if (by_unit)
      for (std::size_t i = 0; i < shape.rows; ++i) groups[g].places.push_back(i * shape.cols + g);
    else
      for (const std::size_t row : rows.empty() ? std::vector<std::size_t>{g} : rows[g])
        for (std::size_t j = 0; j < shape.cols; ++j) groups[g].places.push_back(row * shape.cols + j);
  }
  return groups;
}

}  // namespace proxnet
