// What a penalty may be, its value and its prox on arrays; training asks the same kernels tile by tile.
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
        " a penalty is l1 and l2, or groups with l1, or one strength: these cannot be together");
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
        " factors must be one a group, ", p.groups.size(), ", got ", p.factors.size());
}

void check_penalty(const Penalty& p, WeightShape shape, const char* operation) {
  check_penalty(p, operation);
  std::size_t inputs = 0;
  for (const auto& group : p.groups) inputs += group.size();
  const bool orthogonal = p.kind == PenaltyKind::kOrthogonal;
  check(!orthogonal || p.factors.empty(), operation, " an orthogonal penalty takes no factors");
  check(!orthogonal || (p.axis == GroupAxis::kInput ? shape.rows : shape.cols) > 1, operation,
        " an orthogonal penalty is of pairs of rows or columns: there must be two, the weights have shape (",
        shape.rows, ", ", shape.cols, ")");
  check(p.groups.empty() || inputs == shape.rows, operation, " groups must hold the ", shape.rows,
        " inputs, they hold ", inputs);
  const bool by_unit = p.kind == PenaltyKind::kGroup && p.axis == GroupAxis::kOutput;
  const std::size_t count = by_unit ? shape.cols : p.groups.empty() ? shape.rows : p.groups.size();
  check(p.factors.empty() || p.factors.size() == count, operation, " factors must be one ",
        by_unit            ? "a unit, "
        : p.groups.empty() ? "an input, "
                           : "a group, ",
        count, ", got ", p.factors.size());
}

template <class T> double value(const Penalty& p, const T* w, WeightShape shape) {
  check_penalty(p, shape, "[value]");
  // In double throughout: what is reported is summed in double.
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
    for (const GroupPlaces& group : group_places(p, shape)) {
      double square = 0, sum = 0;
      for (const std::size_t i : group.places) {
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

#define PROXNET_INSTANTIATE(T)                                                 \
  template PROXNET_EXPORT double value(const Penalty&, const T*, WeightShape); \
  template PROXNET_EXPORT void prox(const Penalty&, const T*, const T*, T*, WeightShape);
PROXNET_INSTANTIATE(float)
PROXNET_INSTANTIATE(double)

}  // namespace proxnet
