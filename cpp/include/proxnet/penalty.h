// Penalties of weights. Five functions define a penalty: value, prox, subdiff_distance, support and strength_max.
#pragma once

#include <cstddef>
#include <vector>

#include "proxnet/error.h"

namespace proxnet {

// kElasticNet: l1 |w| + l2 w^2. kMcp (Zhang 2010), kScad (Fan and Li 2001), kLogSum (Candes, Wakin, Boyd 2008) and kL0:
// by `strength` and `shape`. kGroup: strength * sum sqrt(size) |w_group|_2 (Yuan and Lin 2006) + l1 |w|_1. kOrthogonal:
// strength * mean |cos| over the pairs of rows (axis kInput) or columns of a kernel; it has no prox and is part of the
// gradient.
enum class PenaltyKind { kElasticNet, kMcp, kScad, kLogSum, kL0, kGroup, kOrthogonal };
// Groups are the weights from one input (a row of the kernel), or into one unit (a column).
enum class GroupAxis { kInput, kOutput };

// Sums over the weights, as in Keras' L1L2, without a factor 1/2 or a division.
struct Penalty {
  double l1 = 0, l2 = 0;  // kElasticNet; l1 also kGroup
  PenaltyKind kind = PenaltyKind::kElasticNet;
  double strength = 0;  // all kinds but kElasticNet
  double shape = 0;     // kMcp: gamma > 0; kScad: a > 2; kLogSum: epsilon > 0
  GroupAxis axis = GroupAxis::kInput;
  std::vector<std::vector<std::size_t>> groups = {};  // a partition of the inputs; empty: each input is a group
  std::vector<double> factors = {};                   // factors >= 0 on the strengths, per row or group; empty: ones
  bool none() const { return l1 == 0 && l2 == 0 && strength == 0; }
};
inline Penalty l1(double strength) { return {strength, 0}; }
inline Penalty l2(double strength) { return {0, strength}; }
inline Penalty mcp(double strength, double gamma = 3) { return {0, 0, PenaltyKind::kMcp, strength, gamma}; }
inline Penalty scad(double strength, double a = 3.7) { return {0, 0, PenaltyKind::kScad, strength, a}; }
inline Penalty log_sum(double strength, double epsilon) { return {0, 0, PenaltyKind::kLogSum, strength, epsilon}; }
inline Penalty l0(double strength) { return {0, 0, PenaltyKind::kL0, strength}; }
inline Penalty orthogonal(double strength, GroupAxis axis = GroupAxis::kInput) {
  return {0, 0, PenaltyKind::kOrthogonal, strength, 0, axis};
}
inline Penalty group_l1(double strength, GroupAxis axis = GroupAxis::kInput, double l1_strength = 0) {
  return {l1_strength, 0, PenaltyKind::kGroup, strength, 0, axis};
}

// kProximal: the prox in the optimizer's metric, with exact zeros. kSubgradient: the subgradient is added to the
// gradient, as in Keras and PyTorch, without zeros; kElasticNet and kOrthogonal only.
enum class PenaltyStep { kProximal, kSubgradient };

// The shape of row-major weights; a count alone is one row.
struct WeightShape {
  WeightShape(std::size_t count) : rows(1), cols(count) {}  // NOLINT: a count is a shape
  WeightShape(std::size_t matrix_rows, std::size_t matrix_cols) : rows(matrix_rows), cols(matrix_cols) {}
  std::size_t rows, cols;
};

// Throws InvalidInput for strengths, shape, groups or factors out of range.
PROXNET_EXPORT void check_penalty(const Penalty& penalty, const char* operation);
// Also checks that groups and factors fit weights (inputs, units).
PROXNET_EXPORT void check_penalty(const Penalty& penalty, WeightShape shape, const char* operation);

// prox: w = argmin_u penalty(u) + sum (u - point)^2 / (2 metric), metric the step per weight; of several minima the one
// closest to zero.
template <class T> double value(const Penalty& penalty, const T* w, WeightShape shape);
template <class T> void prox(const Penalty& penalty, const T* point, const T* metric, T* w, WeightShape shape);
// Largest distance of -gradient to the subdifferential at w over weights, Euclidean over zero groups; 0 at a stationary
// point.
template <class T> double subdiff_distance(const Penalty& penalty, const T* w, const T* gradient, WeightShape shape);
// Which weights are not exactly zero.
template <class T> std::vector<bool> support(const T* w, std::size_t count);
// The smallest strength (l1 of kElasticNet) at which zero weights are stationary, from the gradient at zero. kGroup
// keeps the ratio of its strengths. 0 for kL0, where zero is a local minimum at any strength.
template <class T> double strength_max(const Penalty& penalty, const T* gradient_at_zero, WeightShape shape);

// The factor on an array's strengths, linear over an epoch from its first step to its end; for a kernel with a
// SparsityTarget its fraction of zeros. `refit`: zeros stay fixed and the penalty is off.
struct StrengthRamp {
  double from = 1, to = 1;
  bool refit = false;
  double at(double fraction) const { return from + (to - from) * fraction; }
};

}  // namespace proxnet
