// A penalty of weights answers five questions: value, prox, subdiff_distance, support, strength_max.
// Nothing else in the library knows its formula.
#pragma once

#include <cstddef>
#include <vector>

#include "proxnet/error.h"

namespace proxnet {

// l1 * sum |w| + l2 * sum w^2, as Keras' L1L2: no 1/2, not divided by anything.
struct Penalty {
  double l1 = 0, l2 = 0;
  bool none() const { return l1 == 0 && l2 == 0; }
};
inline Penalty l1(double strength) { return {strength, 0}; }
inline Penalty l2(double strength) { return {0, strength}; }

// How the penalty acts in training: by its proximal operator in the optimizer's metric (exact zeros), or by its
// subgradient added to the gradient (what Keras and PyTorch do; no zeros).
enum class PenaltyStep { kProximal, kSubgradient };

// Throws InvalidInput unless the strengths are finite and not negative.
PROXNET_EXPORT void check_penalty(const Penalty& penalty, const char* operation);

// Arrays of `count` weights. `metric` is the step per weight: prox = argmin_u penalty(u) + sum (u - point)^2 / (2
// metric).
template <class T> double value(const Penalty& penalty, const T* w, std::size_t count);
template <class T> void prox(const Penalty& penalty, const T* point, const T* metric, T* w, std::size_t count);
// max_i distance of -gradient_i to the subdifferential at w: 0 at a stationary point.
template <class T>
double subdiff_distance(const Penalty& penalty, const T* w, const T* gradient, std::size_t count);
// Which weights are not exactly zero.
template <class T> std::vector<bool> support(const T* w, std::size_t count);
// The l1 strength from which w = 0 is stationary, given the gradient there.
template <class T> double strength_max(const Penalty& penalty, const T* gradient_at_zero, std::size_t count);

}  // namespace proxnet
