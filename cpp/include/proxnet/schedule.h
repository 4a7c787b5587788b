// Learning rates that move with the step: Keras' schedules, formulas and defaults.
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
  double decay_steps = 1;                            // all but constant and piecewise; of the first cycle with restarts
  double decay_rate = 1;                             // exponential, inverse time
  bool staircase = false;                            // exponential, inverse time: in jumps of decay_steps
  double end_learning_rate = 1e-4, power = 1;        // polynomial
  bool cycle = false;                                // polynomial: starts again, ever longer
  double alpha = 0;                                  // cosine: the lowest rate as a share of the highest
  std::optional<double> warmup_target;               // cosine: first a straight line to here
  double warmup_steps = 0;                           // cosine
  double t_mul = 2, m_mul = 1;                       // restarts: of a cycle's length and height
  std::vector<double> boundaries = {}, values = {};  // piecewise: values[i] up to and with step boundaries[i]

  bool operator==(const Schedule&) const = default;
};

// Throws InvalidInput for a parameter out of range, naming it; a schedule that passes is finite and never negative.
PROXNET_EXPORT void check_schedule(const Schedule& schedule, const char* operation);

// The learning rate of the step after `steps` steps.
PROXNET_EXPORT double learning_rate_at(const Schedule& schedule, std::uint64_t steps);

}  // namespace proxnet
