// Keras' learning-rate schedules in double, once per step.
#include "proxnet/schedule.h"

#include <algorithm>
#include <cmath>

namespace proxnet {

namespace {

constexpr double kPi = 3.14159265358979323846;

double cosine(double fraction) { return 0.5 * (1 + std::cos(kPi * fraction)); }

double cosine_decay(const Schedule& s, double step) {
  const auto decayed = [&](double top, double done) {
    return top * ((1 - s.alpha) * cosine(std::min(done, s.decay_steps) / s.decay_steps) + s.alpha);
  };
  if (!s.warmup_target) return decayed(s.initial_learning_rate, step);
  if (step >= s.warmup_steps) return decayed(*s.warmup_target, step - s.warmup_steps);
  return s.initial_learning_rate + (*s.warmup_target - s.initial_learning_rate) * (step / s.warmup_steps);
}

double cosine_decay_restarts(const Schedule& s, double step) {
  double fraction = step / s.decay_steps, length = 1, height = 1;
  if (s.t_mul == 1) {
    const double restarts = std::floor(fraction);
    fraction -= restarts, height = std::pow(s.m_mul, restarts);
  }
  for (; fraction >= length; length *= s.t_mul, height *= s.m_mul) fraction -= length;
  return s.initial_learning_rate * ((1 - s.alpha) * height * cosine(fraction / length) + s.alpha);
}

double polynomial_decay(const Schedule& s, double step) {
  const double length = s.cycle ? s.decay_steps * std::max(1.0, std::ceil(step / s.decay_steps)) : s.decay_steps;
  const double left = 1 - std::min(step, length) / length;
  return (s.initial_learning_rate - s.end_learning_rate) * std::pow(left, s.power) + s.end_learning_rate;
}

}  // namespace

void check_schedule(const Schedule& s, const char* operation) {
  const auto finite = [&](double x, const char* name, double least, bool open) {
    check(std::isfinite(x) && (open ? x > least : x >= least), operation, " ", name, " must be finite and ",
          open ? "> " : ">= ", least, ", got ", x);
  };
  if (s.kind == ScheduleKind::kPiecewiseConstantDecay) {
    check(!s.boundaries.empty() && s.values.size() == s.boundaries.size() + 1, operation,
          " there must be at least one boundary, and one more value than boundaries, got ", s.values.size(), " and ",
          s.boundaries.size());
    for (std::size_t i = 0; i < s.boundaries.size(); ++i)
      check(s.boundaries[i] >= 0 && (i == 0 || s.boundaries[i] > s.boundaries[i - 1]), operation,
            " boundaries must be increasing steps, got ", s.boundaries[i], " at ", i);
    for (const double value : s.values) finite(value, "values", 0, false);
    return;
  }
  const bool warm = s.kind == ScheduleKind::kCosineDecay && s.warmup_target.has_value();
  finite(s.initial_learning_rate, "initial_learning_rate", 0, !warm);
  if (s.kind == ScheduleKind::kConstant) return;
  finite(s.decay_steps, s.kind == ScheduleKind::kCosineDecayRestarts ? "first_decay_steps" : "decay_steps", 0, true);
  finite(s.decay_rate, "decay_rate", 0, s.kind == ScheduleKind::kExponentialDecay);
  finite(s.end_learning_rate, "end_learning_rate", 0, false);
  finite(s.power, "power", 0, true);
  check(s.alpha >= 0 && s.alpha <= 1, operation, " alpha must be in [0, 1], got ", s.alpha);
  if (warm) finite(*s.warmup_target, "warmup_target", 0, true);
  finite(s.warmup_steps, "warmup_steps", 0, false);
  check(warm || s.warmup_steps == 0, operation, " warmup_steps need a warmup_target, got ", s.warmup_steps);
  finite(s.t_mul, "t_mul", 1, false);
  finite(s.m_mul, "m_mul", 0, true);
}

double learning_rate_at(const Schedule& s, std::uint64_t steps) {
  const double step = static_cast<double>(steps);
  const double done = s.staircase ? std::floor(step / s.decay_steps) : step / s.decay_steps;
  switch (s.kind) {
    case ScheduleKind::kExponentialDecay:
      return s.initial_learning_rate * std::pow(s.decay_rate, done);
    case ScheduleKind::kInverseTimeDecay:
      return s.initial_learning_rate / (1 + s.decay_rate * done);
    case ScheduleKind::kPolynomialDecay:
      return polynomial_decay(s, step);
    case ScheduleKind::kPiecewiseConstantDecay: {
      const auto at = std::lower_bound(s.boundaries.begin(), s.boundaries.end(), step);
      return s.values[static_cast<std::size_t>(at - s.boundaries.begin())];
    }
    case ScheduleKind::kCosineDecay:
      return cosine_decay(s, step);
    case ScheduleKind::kCosineDecayRestarts:
      return cosine_decay_restarts(s, step);
    case ScheduleKind::kConstant:
      break;
  }
  return s.initial_learning_rate;
}

}  // namespace proxnet
