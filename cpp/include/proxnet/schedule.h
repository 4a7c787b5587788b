// Learning rates as functions of the step; formulas and defaults are Keras'.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proxnet/error.h"

namespace proxnet {

enum class ScheduleKind {
  kConstant,
  kExponentialDecay,
  kInverseTimeDecay,
  kPolynomialDecay,
  kPiecewiseConstantDecay,
  kCosineDecay,
  kCosineDecayRestarts
};

// Only the fields of its kind are read.
struct Schedule {
  ScheduleKind kind = ScheduleKind::kConstant;
  double initial_learning_rate = 1e-3;
  double decay_steps = 1;                      // all but constant and piecewise; with restarts: of the first cycle
  double decay_rate = 1;                       // exponential, inverse time
  bool staircase = false;                      // exponential, inverse time: constant for decay_steps
  double end_learning_rate = 1e-4, power = 1;  // polynomial
  bool cycle = false;                          // polynomial: restarts in cycles of growing length
  double alpha = 0;                            // cosine: lowest rate / highest rate
  std::optional<double> warmup_target;         // cosine: the rate first rises linearly to this
  double warmup_steps = 0;                     // cosine
  double t_mul = 2, m_mul = 1;                 // restarts: factors on a cycle's length and height
  std::vector<double> boundaries = {}, values = {};  // piecewise: values[i] up to and including step boundaries[i]

  bool operator==(const Schedule&) const = default;
};

// Throws InvalidInput for a parameter out of range; then all rates are finite and not negative.
PROXNET_EXPORT void check_schedule(const Schedule& schedule, const char* operation);

// The learning rate after `steps` steps.
PROXNET_EXPORT double learning_rate_at(const Schedule& schedule, std::uint64_t steps);

}  // namespace proxnet
