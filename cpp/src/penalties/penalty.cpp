// The five questions to a penalty, on row-major arrays. Training calls the same kernels tile by tile.
#include "proxnet/penalty.h"

#include "penalties/penalty_formula.h"
#include "penalties/penalty_orthogonal.h"
#include "penalties/penalty_panels.h"

namespace proxnet {

void check_penalty(const Penalty& p, const char* operation) {
  const auto strength = [&](double x, const char* name) {
    check(std::isfinite(x) && x >= 0, operation, " ", name, " must be finite and not negative, got ", x);
  };
  strength(p.l1, "l1");
  strength(p.l2, "l2");
  strength(p.strength, "strength");
  for (const double factor : p.factors) strength(factor, "each factor");
  check(std::isfinite(p.shape) && (p.kind != PenaltyKind::kMcp || p.shape > 0), operation,
        " gamma must be finite and positive, got ", p.shape);
  check(p.kind != PenaltyKind::kScad || p.shape > 2, operation, " a must be over 2, got ", p.shape);
  check(p.kind != PenaltyKind::kLogSum || p.shape > 0, operation, " epsilon must be positive, got ", p.shape);
  const bool elastic_net = p.kind == PenaltyKind::kElasticNet, grouped = p.kind == PenaltyKind::kGroup;
  check(elastic_net ? p.strength == 0 : p.l2 == 0 && (grouped || p.l1 == 0), operation,
        " a penalty has l1 and l2, or groups and l1, or one strength: others cannot be combined");
  check(p.groups.empty() || (grouped && p.axis == GroupAxis::kInput), operation,
        " groups of inputs belong to a group penalty by input");
  std::vector<bool> taken;
  for (const auto& group : p.groups) {
    check(!group.empty(), operation, " each group must hold an input, one is empty");
    for (const std::size_t input : group) {
      check(input < std::size_t{1} << 48, operation, " groups hold numbers of inputs, got ", input);
      if (input >= taken.size()) taken.resize(input + 1);
      check(!taken[input], operation, " groups must not overlap, input ", input, " is in two");
      taken[input] = true;
    }
  }
  for (std::size_t i = 0; i < taken.size(); ++i)
    check(taken[i], operation, " groups must hold every input, ", i, " is in none");
  check(grouped && !p.groups.empty() && !p.factors.empty() ? p.factors.size() == p.groups.size() : true, operation,
        " factors must be one per group, ", p.groups.size(), ", got ", p.factors.size());
}

void check_penalty(const Penalty& p, WeightShape shape, const char* operation) {
  check_penalty(p, operation);
  std::size_t inputs = 0;
  for (const auto& group : p.groups) inputs += group.size();
  const bool orthogonal = p.kind == PenaltyKind::kOrthogonal;
  check(!orthogonal || p.factors.empty(), operation, " an orthogonal penalty takes no factors");
  check(!orthogonal || (p.axis == GroupAxis::kInput ? shape.rows : shape.cols) > 1, operation,
        " an orthogonal penalty takes pairs of rows or columns: there must be at least two, the weights have shape (",
        shape.rows, ", ", shape.cols, ")");
  check(p.groups.empty() || inputs == shape.rows, operation, " groups must hold the ", shape.rows,
        " inputs, they hold ", inputs);
  const bool by_output = p.kind == PenaltyKind::kGroup && p.axis == GroupAxis::kOutput;
  const std::size_t count = by_output ? shape.cols : p.groups.empty() ? shape.rows : p.groups.size();
  check(p.factors.empty() || p.factors.size() == count, operation, " factors must be one per ",
        by_output          ? "unit, "
        : p.groups.empty() ? "input, "
                           : "group, ",
        count, ", got ", p.factors.size());
}

template <class T> double value(const Penalty& p, const T* w, WeightShape shape) {
  check_penalty(p, shape, "[value]");
  // In double, as all that is reported.
  double total = 0;
  if (p.kind == PenaltyKind::kOrthogonal) {
    OrthogonalPenalty<double> penalty(p, shape.rows, shape.cols);
    const std::vector<double> row_major(w, w + shape.rows * shape.cols);
    Panels<double> x(shape.rows, shape.cols);
    x.pack(row_major.data(), shape.cols);
    penalty.run(x.values.data(), kernels<double>());
    return penalty.value();
  }
  if (p.kind == PenaltyKind::kGroup) {
    for (const GroupIndices& group : group_indices(p, shape)) {
      double square = 0, sum = 0;
      for (const std::size_t i : group.indices) {
        const double x = static_cast<double>(w[i]);
        square += x * x, sum += std::fabs(x);
      }
      total += group.factor * (p.strength * group.size_root() * std::sqrt(square) + p.l1 * sum);
    }
    return total;
  }
  for (std::size_t i = 0; i < shape.rows; ++i) {
    const Penalty row = of_row(p, i);
    for (std::size_t j = 0; j < shape.cols; ++j)
      total += penalty_at(row, std::fabs(static_cast<double>(w[i * shape.cols + j])));
  }
  return total;
}

template <class T> void prox(const Penalty& p, const T* point, const T* metric, T* w, WeightShape shape) {
  check_penalty(p, shape, "[prox]");
  check(p.kind != PenaltyKind::kOrthogonal,
        "[prox] an orthogonal penalty has no proximal operator here: it enters training through the gradient");
  const PanelPenalty<T> penalty(p, shape.rows, shape.cols);
  Panels<T> x(shape.rows, shape.cols), t(shape.rows, shape.cols), out(shape.rows, shape.cols);
  x.pack(point, shape.cols);
  t.pack(metric, shape.cols);
  penalty.prox(kernels<T>(), x.values.data(), t.values.data(), out.values.data());
  out.unpack(w, shape.cols);
}

namespace {

// max(worst, distance); NaN if the distance is NaN.
double max_or_nan(double worst, double distance) { return std::isnan(distance) ? distance : std::max(worst, distance); }

// max(0, |gradient| - strength)
double soft_threshold(double gradient, double strength) { return std::max(0.0, std::fabs(gradient) - strength); }

template <class T> double group_distance(const Penalty& p, const GroupIndices& group, const T* w, const T* gradient) {
  const double strength = group.factor * p.strength * group.size_root(), l1 = group.factor * p.l1;
  double square = 0, left = 0, worst = 0;
  for (const std::size_t i : group.indices) {
    const double x = static_cast<double>(w[i]), rest = soft_threshold(static_cast<double>(gradient[i]), l1);
    square += x * x;
    left += std::isnan(static_cast<double>(gradient[i])) ? NAN : rest * rest;
  }
  if (square == 0) return std::isnan(left) ? left : std::max(0.0, std::sqrt(left) - strength);
  const double slope = strength / std::sqrt(square);
  for (const std::size_t i : group.indices) {
    const double x = static_cast<double>(w[i]), g = static_cast<double>(gradient[i]);
    worst = max_or_nan(worst, std::isnan(g) ? g
                              : x == 0      ? soft_threshold(g, l1)
                                            : std::fabs(g + slope * x + std::copysign(l1, x)));
  }
  return worst;
}

// |soft threshold of the group's gradient by l1|_2
template <class T> double group_excess(const GroupIndices& group, const T* gradient, double l1) {
  double square = 0;
  for (const std::size_t i : group.indices) square += std::pow(soft_threshold(static_cast<double>(gradient[i]), l1), 2);
  return std::sqrt(square);
}

// The smallest factor on both strengths at which a zero group is stationary, by bisection.
template <class T> double group_factor(const Penalty& p, const GroupIndices& group, const T* gradient) {
  double low = 0, high = 1;
  const auto is_stationary = [&](double x) {
    return group_excess(group, gradient, x * group.factor * p.l1) <= x * group.factor * p.strength * group.size_root();
  };
  while (!is_stationary(high) && high < 1e300) low = high, high *= 2;
  for (int i = 0; i < 200 && high - low > 1e-15 * high; ++i)
    (is_stationary((low + high) / 2) ? high : low) = (low + high) / 2;
  return high;
}

// The derivative of |cos| at 0 counts as 0.
template <class T> double orthogonal_distance(const Penalty& p, const T* w, const T* gradient, WeightShape shape) {
  OrthogonalPenalty<double> penalty(p, shape.rows, shape.cols);
  std::vector<double> rows(w, w + shape.rows * shape.cols);
  Panels<double> panels(shape.rows, shape.cols);
  panels.pack(rows.data(), shape.cols);
  penalty.run(panels.values.data(), kernels<double>());
  std::copy_n(penalty.gradient(), panels.values.size(), panels.values.data());
  panels.unpack(rows.data(), shape.cols);
  double worst = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    worst = max_or_nan(worst, std::fabs(rows[i] + static_cast<double>(gradient[i])));
  return worst;
}

}  // namespace

template <class T>
double subdiff_distance(const Penalty& p, const T* w, const T* gradient, WeightShape shape) {
  check_penalty(p, shape, "[subdiff_distance]");
  double worst = 0;
  if (p.kind == PenaltyKind::kOrthogonal) return orthogonal_distance(p, w, gradient, shape);
  if (p.kind == PenaltyKind::kGroup) {
    for (const GroupIndices& group : group_indices(p, shape))
      worst = max_or_nan(worst, group_distance(p, group, w, gradient));
    return worst;
  }
  for (std::size_t i = 0; i < shape.rows; ++i) {
    const Penalty row = of_row(p, i);
    for (std::size_t j = i * shape.cols; j < (i + 1) * shape.cols; ++j) {
      const double x = static_cast<double>(w[j]), g = static_cast<double>(gradient[j]);
      if (row.none())
        worst = max_or_nan(worst, std::fabs(g));
      else if (x == 0)
        worst = max_or_nan(worst, std::isnan(g) ? g : soft_threshold(g, penalty_slope(row, 0)));
      else
        worst = max_or_nan(worst, std::fabs(g + std::copysign(penalty_slope(row, std::fabs(x)), x)));
    }
  }
  return worst;
}

template <class T> std::vector<bool> support(const T* w, std::size_t count) {
  std::vector<bool> in(count);
  for (std::size_t i = 0; i < count; ++i) in[i] = w[i] != 0;
  return in;
}

template <class T> double strength_max(const Penalty& p, const T* gradient_at_zero, WeightShape shape) {
  check_penalty(p, shape, "[strength_max]");
  double top = 0;
  check(p.kind != PenaltyKind::kOrthogonal,
        "[strength_max] an orthogonal penalty makes no zeros: no strength keeps weights there");
  if (p.kind == PenaltyKind::kL0) return 0;
  if (p.kind == PenaltyKind::kGroup) {
    check(p.strength > 0, "[strength_max] the group penalty's own strength must be positive, got ", p.strength);
    for (const GroupIndices& group : group_indices(p, shape)) {
      if (group.factor == 0) continue;
      top = std::max(top, p.l1 == 0 ? group_excess(group, gradient_at_zero, 0) / (group.factor * group.size_root())
                                    : p.strength * group_factor(p, group, gradient_at_zero));
    }
    return top;
  }
  for (std::size_t i = 0; i < shape.rows; ++i) {
    const double f = p.factors.empty() ? 1 : p.factors[i];
    for (std::size_t j = i * shape.cols; f > 0 && j < (i + 1) * shape.cols; ++j)
      top = std::max(top, std::fabs(static_cast<double>(gradient_at_zero[j])) / f);
  }
  return p.kind == PenaltyKind::kLogSum ? p.shape * top : top;
}

#define PROXNET_INSTANTIATE(T)                                                                      \
  template PROXNET_EXPORT double value(const Penalty&, const T*, WeightShape);                      \
  template PROXNET_EXPORT void prox(const Penalty&, const T*, const T*, T*, WeightShape);           \
  template PROXNET_EXPORT double subdiff_distance(const Penalty&, const T*, const T*, WeightShape); \
  template PROXNET_EXPORT std::vector<bool> support(const T*, std::size_t);                         \
  template PROXNET_EXPORT double strength_max(const Penalty&, const T*, WeightShape);
PROXNET_INSTANTIATE(float)
PROXNET_INSTANTIATE(double)

}  // namespace proxnet
