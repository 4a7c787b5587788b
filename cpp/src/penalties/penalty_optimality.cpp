// How far a gradient is from optimal, which weights count, and from what strength on none does.
#include "penalties/penalty_formula.h"
#include "penalties/penalty_orthogonal.h"
#include "proxnet/penalty.h"

namespace proxnet {

namespace {

// The larger, and NaN if there was one.
double worse(double worst, double distance) { return std::isnan(distance) ? distance : std::max(worst, distance); }

double beyond(double gradient, double strength) { return std::max(0.0, std::fabs(gradient) - strength); }

template <class T> double group_distance(const Penalty& p, const GroupPlaces& group, const T* w, const T* gradient) {
  const double strength = group.factor * p.strength * group.size_root(), l1 = group.factor * p.l1;
  double square = 0, left = 0, worst = 0;
  for (const std::size_t i : group.places) {
    const double x = static_cast<double>(w[i]), rest = beyond(static_cast<double>(gradient[i]), l1);
    square += x * x;
    left += std::isnan(static_cast<double>(gradient[i])) ? NAN : rest * rest;
  }
  if (square == 0) return std::isnan(left) ? left : std::max(0.0, std::sqrt(left) - strength);
  const double pull = strength / std::sqrt(square);
  for (const std::size_t i : group.places) {
    const double x = static_cast<double>(w[i]), g = static_cast<double>(gradient[i]);
    worst = worse(worst, std::isnan(g) ? g : x == 0 ? beyond(g, l1) : std::fabs(g + pull * x + std::copysign(l1, x)));
  }
  return worst;
}

// The gradient's norm a group, less `l1` in each weight.
template <class T> double excess(const GroupPlaces& group, const T* gradient, double l1) {
  double square = 0;
  for (const std::size_t i : group.places) square += std::pow(beyond(static_cast<double>(gradient[i]), l1), 2);
  return std::sqrt(square);
}

// The factor on both strengths from which a group at zero is stationary, by bisection.
template <class T> double group_factor(const Penalty& p, const GroupPlaces& group, const T* gradient) {
  double low = 0, high = 1;
  const auto stays = [&](double x) {
    return excess(group, gradient, x * group.factor * p.l1) <= x * group.factor * p.strength * group.size_root();
  };
  while (!stays(high) && high < 1e300) low = high, high *= 2;
  for (int i = 0; i < 200 && high - low > 1e-15 * high; ++i) (stays((low + high) / 2) ? high : low) = (low + high) / 2;
  return high;
}

// Where a cosine is zero the slope of its magnitude is taken as zero.
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
    worst = worse(worst, std::fabs(rows[i] + static_cast<double>(gradient[i])));
  return worst;
}

}  // namespace

template <class T>
double subdiff_distance(const Penalty& p, const T* w, const T* gradient, WeightShape shape) {
  check_penalty(p, shape, "[subdiff_distance]");
  double worst = 0;
  if (p.kind == PenaltyKind::kOrthogonal) return orthogonal_distance(p, w, gradient, shape);
  if (p.kind == PenaltyKind::kGroup) {
    for (const GroupPlaces& group : group_places(p, shape)) worst = worse(worst, group_distance(p, group, w, gradient));
    return worst;
  }
  for (std::size_t i = 0; i < shape.rows; ++i) {
    const Penalty row = of_row(p, i);
    for (std::size_t j = i * shape.cols; j < (i + 1) * shape.cols; ++j) {
      const double x = static_cast<double>(w[j]), g = static_cast<double>(gradient[j]);
      if (row.none())
        worst = worse(worst, std::fabs(g));
      else if (x == 0)
        worst = worse(worst, std::isnan(g) ? g : beyond(g, penalty_slope(row, 0)));
      else
        worst = worse(worst, std::fabs(g + std::copysign(penalty_slope(row, std::fabs(x)), x)));
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
    for (const GroupPlaces& group : group_places(p, shape)) {
      if (group.factor == 0) continue;
      top = std::max(top, p.l1 == 0 ? excess(group, gradient_at_zero, 0) / (group.factor * group.size_root())
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
  template PROXNET_EXPORT double subdiff_distance(const Penalty&, const T*, const T*, WeightShape); \
  template PROXNET_EXPORT std::vector<bool> support(const T*, std::size_t);                         \
  template PROXNET_EXPORT double strength_max(const Penalty&, const T*, WeightShape);
PROXNET_INSTANTIATE(float)
PROXNET_INSTANTIATE(double)

}  // namespace proxnet
