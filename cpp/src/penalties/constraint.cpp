// Checks and projections.
#include "proxnet/constraint.h"

#include "penalties/constraint_panels.h"

namespace proxnet {

void check_constraint(const Constraint& c, const Penalty& penalty, const char* operation) {
  if (c.kind == ConstraintKind::kNone) return;
  check(!std::isnan(c.low) && !std::isnan(c.high) && c.low <= c.high, operation, " constraint: the lower bound ", c.low,
        " must not be over the upper bound ", c.high);
  const bool grouped = penalty.kind == PenaltyKind::kGroup && !penalty.none();
  const bool orthogonal = penalty.kind == PenaltyKind::kOrthogonal;  // enters the gradient, not the prox
  const bool convex = penalty.kind == PenaltyKind::kElasticNet || grouped || orthogonal;
  if (c.kind == ConstraintKind::kBox) {
    check(c.low < INFINITY && c.high > -INFINITY, operation, " constraint: the bounds [", c.low, ", ", c.high,
          "] leave no number");
    check(!grouped, operation, " constraint: bounds on each weight cannot be combined with a group penalty");
    check(convex || penalty.none() || (c.low == 0 && c.high == INFINITY), operation,
          " constraint: a penalty that is not convex allows the bounds [0, inf) only, got [", c.low, ", ", c.high, "]");
    const bool zeros = penalty.l1 > 0 || (penalty.strength > 0 && !orthogonal);
    check(!zeros || (c.low <= 0 && c.high >= 0), operation, " constraint: the penalty wants zeros, which the bounds [",
          c.low, ", ", c.high, "] forbid");
    return;
  }
  check(c.low >= 0 && std::isfinite(c.high) && c.high > 0, operation,
        " constraint: norms must be finite, not negative, the largest positive; got ", c.low, " and ", c.high);
  check(c.rate > 0 && c.rate <= 1, operation, " constraint: rate must be in (0, 1], got ", c.rate);
  const bool units = c.axis == NormAxis::kInputs && penalty.axis == GroupAxis::kOutput;
  const bool inputs = c.axis == NormAxis::kUnits && penalty.axis == GroupAxis::kInput;
  check(!(grouped && (units || inputs) && c.low > 0), operation, " constraint: the penalty wants ",
        units ? "units" : "inputs", " whose weights are all zero, which a smallest norm of ", c.low, " forbids");
}

namespace {

// The factor on weights of this norm, with Keras' epsilon.
double scale_of(const Constraint& c, double norm) {
  const double wanted = c.rate * std::fmin(std::fmax(norm, c.low), c.high) + (1 - c.rate) * norm;
  return wanted / (1e-7 + norm);
}

}  // namespace

template <class T> void project_box(const Constraint& c, std::size_t rows, std::size_t width, T* w) {
  const T low = static_cast<T>(c.low), high = static_cast<T>(c.high);
  for (std::size_t r = 0; r < rows; ++r, w += kPanel<T>)
    for (std::size_t j = 0; j < width; ++j) w[j] = (w[j] < low ? low : w[j] > high ? high : w[j]) + T(0);
}

template <class T> std::size_t norm_parts(const Constraint& c, std::size_t rows, std::size_t cols) {
  if (c.axis == NormAxis::kInputs) return (cols + kPanel<T> - 1) / kPanel<T>;
  return c.axis == NormAxis::kUnits ? rows : 1;
}

template <class T>
void project_norms(const Constraint& c, std::size_t part, std::size_t rows, std::size_t cols, T* w,
                   const KernelTable<T>& k) {
  const std::size_t panel = rows * kPanel<T>, size = (cols + kPanel<T> - 1) / kPanel<T> * panel;
  if (c.axis == NormAxis::kInputs) {
    alignas(64) T scale[kPanel<T>] = {};
    w += part * panel;
    k.penalty_value[static_cast<int>(PenaltyKernel::kElasticNet)](rows, {T(0), T(1)}, nullptr, w, scale);
    for (T& s : scale) s = static_cast<T>(scale_of(c, std::sqrt(static_cast<double>(s))));
    for (std::size_t i = 0; i < panel; ++i) w[i] *= scale[i % kPanel<T>];
    return;
  }
  // The part: pieces of `length` weights at a distance of `step`.
  const bool both = c.axis == NormAxis::kBoth;
  const std::size_t length = both ? size : kPanel<T>, step = both ? size : panel;
  if (!both) w += part * kPanel<T>;
  double square = 0;
  for (std::size_t at = 0; at < size; at += step) square += k.dot(length, w + at, w + at);
  const T scale = static_cast<T>(scale_of(c, std::sqrt(square)));
  for (std::size_t at = 0; at < size; at += step)
    for (std::size_t i = at; i < at + length; ++i) w[i] *= scale;
}

#define PROXNET_INSTANTIATE(T)                                                     \
  template void project_box(const Constraint&, std::size_t, std::size_t, T*);      \
  template std::size_t norm_parts<T>(const Constraint&, std::size_t, std::size_t); \
  template void project_norms(const Constraint&, std::size_t, std::size_t, std::size_t, T*, const KernelTable<T>&);
PROXNET_INSTANTIATE(float)
PROXNET_INSTANTIATE(double)

}  // namespace proxnet
