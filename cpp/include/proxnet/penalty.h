// A penalty of weights answers five questions: value, prox, subdiff_distance, support, strength_max.
// Nothing else in the library knows its formula.
#pragma once

#include <cstddef>
#include <vector>

#include "proxnet/error.h"

namespace proxnet {

// kElasticNet: l1 |w| + l2 w^2. kMcp, kScad (Fan and Li 2001; Zhang 2010), kLogSum (Candes, Wakin, Boyd 2008) and kL0
// count `strength` with `shape`. kOrthogonal: strength * mean |cos| over the pairs of rows (axis kInput) or columns of
// a kernel; it has no prox, and enters through the gradient. kGroup: strength * sum sqrt(size) |w_group|_2 (Yuan and
// Lin 2006) + l1 |w|_1.
enum class PenaltyKind { kElasticNet, kMcp, kScad, kLogSum, kL0, kGroup, kOrthogonal };
// A group is what leaves one input (a row of the kernel), or what enters one unit (a column).
enum class GroupAxis { kInput, kOutput };

// Sums over the weights, as Keras' L1L2: no 1/2, not divided by anything.
struct Penalty {
  double l1 = 0, l2 = 0;  // of kElasticNet; l1 of kGroup too
  PenaltyKind kind = PenaltyKind::kElasticNet;
  double strength = 0;  // lambda of all kinds but kElasticNet
  double shape = 0;     // gamma > 0 of kMcp, a > 2 of kScad, epsilon > 0 of kLogSum
  GroupAxis axis = GroupAxis::kInput;
  std::vector<std::vector<std::size_t>> groups = {};  // of inputs, each in one; none: each input is a group
  std::vector<double> factors = {};  // >= 0, times the strengths: one a row, or one a group; none: ones
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

// How the penalty acts in training: by its proximal operator in the optimizer's metric (exact zeros), or by its
// subgradient added to the gradient (what Keras and PyTorch do; no zeros; kElasticNet and kOrthogonal).
enum class PenaltyStep { kProximal, kSubgradient };

// Row-major weights; so many numbers alone are one row.
struct WeightShape {
  WeightShape(std::size_t count) : rows(1), cols(count) {}  // NOLINT: a count is a shape
  WeightShape(std::size_t matrix_rows, std::size_t matrix_cols) : rows(matrix_rows), cols(matrix_cols) {}
  std::size_t rows, cols;
};

// Throws InvalidInput unless strengths and shape are in their ranges, groups and factors sound.
PROXNET_EXPORT void check_penalty(const Penalty& penalty, const char* operation);
// The same, and that groups and factors fit the rows (inputs) and columns (units) of the weights.
PROXNET_EXPORT void check_penalty(const Penalty& penalty, WeightShape shape, const char* operation);

// `metric` is the step per weight: prox = argmin_u penalty(u) + sum (u - point)^2 / (2 metric), where there are several
// the one nearer to zero.
template <class T> double value(const Penalty& penalty, const T* w, WeightShape shape);
template <class T> void prox(const Penalty& penalty, const T* point, const T* metric, T* w, WeightShape shape);
// Largest distance of -gradient to the subdifferential at w, over the weights and over groups at zero (Euclidean
// there): 0 at a stationary point.
template <class T> double subdiff_distance(const Penalty& penalty, const T* w, const T* gradient, WeightShape shape);
// Which weights are not exactly zero.
template <class T> std::vector<bool> support(const T* w, std::size_t count);
// The strength (l1 of kElasticNet) from which all penalised weights at zero are stationary, given the gradient there;
// kGroup keeps the ratio of its two strengths. 0 for kL0: zero is a local minimum at any strength.
template <class T> double strength_max(const Penalty& penalty, const T* gradient_at_zero, WeightShape shape);

// What an array's strengths are multiplied by over an epoch, linearly from its first step to after its last; of a
// kernel with a SparsityTarget its share of zeros. `refit`: its zeros stay, its penalty is off.
struct StrengthRamp {
  double from = 1, to = 1;
  bool refit = false;
  double at(double share) const { return from + (to - from) * share; }
};

}  // namespace proxnet
