// Constraints on weights: projections after the prox of each step, as in Keras.
#pragma once

#include <cmath>

#include "proxnet/penalty.h"

namespace proxnet {

// kBox: each weight is clipped to [low, high]. kNorm: the weights along an axis are multiplied by
// (rate * clip(norm, low, high) + (1 - rate) * norm) / (1e-7 + norm).
enum class ConstraintKind { kNone, kBox, kNorm };
// The axis that a norm runs over. kInputs: one norm per unit (column of the kernel); kUnits: one per input (row);
// kBoth: one per kernel. A bias, gamma or beta has one norm, with kInputs.
enum class NormAxis { kInputs, kUnits, kBoth };

struct Constraint {
  ConstraintKind kind = ConstraintKind::kNone;
  double low = 0, high = 0, rate = 1;
  NormAxis axis = NormAxis::kInputs;
};
inline Constraint box(double low, double high) { return {ConstraintKind::kBox, low, high}; }
inline Constraint non_neg() { return box(0, INFINITY); }
inline Constraint max_norm(double most = 2) { return {ConstraintKind::kNorm, 0, most}; }
inline Constraint unit_norm() { return {ConstraintKind::kNorm, 1, 1}; }
inline Constraint min_max_norm(double least = 0, double most = 1, double rate = 1) {
  return {ConstraintKind::kNorm, least, most, rate};
}

// Throws InvalidInput for bounds out of order or range, or if penalty and constraint contradict each other.
PROXNET_EXPORT void check_constraint(const Constraint& constraint, const Penalty& penalty, const char* operation);

}  // namespace proxnet
