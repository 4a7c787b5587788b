// Group penalties: the prox against bisection in double, groups of inputs, of units and the user's own, equal bits.
#include <doctest/doctest.h>

#include "penalties/penalty_formula.h"
#include "proxnet/proxnet.h"
#include "reference.h"

namespace {

using namespace reference;
using namespace proxnet;

// One group by bisection on its new norm r: sum (z / (r + strength t))^2 = 1, z the soft threshold by l1.
std::vector<double> solve_group(const std::vector<double>& x, const std::vector<double>& t, double l1,
                                double strength) {
  std::vector<double> z(x.size());
  double high = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    z[i] = std::copysign(std::max(0.0, std::fabs(x[i]) - l1 * t[i]), x[i]);
    high += z[i] * z[i];
  }
  const auto sum = [&](double r) {
    double total = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (z[i] != 0) total += std::pow(z[i] / (r + strength * t[i]), 2);
    return total;
  };
  double low = 0;
  high = std::sqrt(high);
  if (sum(0) <= 1) return std::vector<double>(x.size());
  for (int i = 0; i < 200; ++i) (sum((low + high) / 2) > 1 ? low : high) = (low + high) / 2;
  for (std::size_t i = 0; i < x.size(); ++i) z[i] *= low / (low + strength * t[i]);
  return z;
}

struct Case {
  Penalty penalty;
  std::size_t rows, cols;
};

std::vector<Case> cases() {
  Penalty own = group_l1(0.2), factored = group_l1(0.15), sparse = group_l1(0.1, GroupAxis::kOutput, 0.2);
  own.groups = {{3, 0}, {1, 2, 4, 6}, {5}};
  factored.factors = {1, 0, 2, 0.5, 1, 3, 1};
  Penalty both = own;
  both.l1 = 0.1, both.factors = {0.5, 2, 0};
  return {{group_l1(0.2), 7, 45}, {group_l1(0.2, GroupAxis::kOutput), 90, 37},
          {own, 7, 70},           {factored, 7, 5},
          {sparse, 40, 19},       {both, 7, 33},
          {group_l1(0.3), 1, 10}, {group_l1(0.3, GroupAxis::kOutput), 1, 40}};
}

}  // namespace

TEST_CASE_TEMPLATE("group prox is the minimiser that bisection finds, metrics from 1e-4 to 10", T, float, double) {
  Draws draws(221);  // seed 221
  std::size_t zero_groups = 0, live_groups = 0;
  for (const Case& c : cases())
    for (int draw = 0; draw < 12; ++draw) {
      const std::size_t n = c.rows * c.cols;
      std::vector<T> x(n), t(n), w(n);
      const double width = std::pow(10.0, draws.uniform(-2, 1));
      for (std::size_t i = 0; i < n; ++i) {
        x[i] = static_cast<T>(width * draws.normal());
        t[i] = static_cast<T>(std::pow(10.0, draws.uniform(draw % 3 ? -4 : -0.5, draw % 3 ? 1 : 0)));
      }
      prox(c.penalty, x.data(), t.data(), w.data(), {c.rows, c.cols});
      Tally tally;
      for (const GroupIndices& group : group_indices(c.penalty, {c.rows, c.cols})) {
        std::vector<double> gx, gt;
        for (const std::size_t i : group.indices) gx.push_back(x[i]), gt.push_back(t[i]);
        const auto want =
            solve_group(gx, gt, group.factor * c.penalty.l1, group.factor * c.penalty.strength * group.size_root());
        bool alive = false;
        for (std::size_t i = 0; i < want.size(); ++i) {
          const T got = w[group.indices[i]];
          alive = alive || want[i] != 0;
          // Tolerance: the rounding of a sum over the group.
          tally.expect(std::fabs(got - want[i]) <= 40 * kRound<T> * (std::fabs(gx[i]) + width) &&
                           ((got == 0) == (want[i] == 0)) && bits(got) != bits(T(-0.0)),
                       [&] { return text("place ", group.indices[i], ": ", got, " for ", want[i]); });
        }
        ++(alive ? live_groups : zero_groups);
      }
      CHECK_MESSAGE(tally.wrong == 0, tally.first, " and ", tally.wrong, " more, width ", width);
    }
  CHECK(zero_groups > 200);
  CHECK(live_groups > 200);
}

TEST_CASE_TEMPLATE("group kernels: sums as in double, equal bits on every table, independent groups", T, float,
                   double) {
  Draws draws(222);  // seed 222
  constexpr std::size_t rows = kPanel<T> - 3, n = rows * kPanel<T>, kGroups = 2 * kPanel<T>;
  const auto x = draws.vector<T>(n, -1, 1), metric = draws.vector<T>(n, 0.01, 1);
  const auto l1 = draws.vector<T>(kGroups, 0, 0.3), strength = draws.vector<T>(kGroups, 0, 2),
             norm = draws.vector<T>(kGroups, 0, 3);
  for (const bool by_row : {true, false})
    for (const bool sparse : {true, false}) {
      std::vector<T> first;
      const auto group = [&](std::size_t i) { return by_row ? i / kPanel<T> : i % kPanel<T>; };
      std::vector<std::vector<double>> sums(8, std::vector<double>(kGroups));
      for (std::size_t i = 0; i < n; ++i) {
        const std::size_t g = group(i);
        const double t = metric[i], size = std::fabs(static_cast<double>(x[i])), d = strength[g] * t;
        const double z = std::max(size - (sparse ? l1[g] * t : 0), 0.0), share = z / (norm[g] + d);
        sums[0][g] += size * size, sums[1][g] += size, sums[2][g] += z * z, sums[3][g] += z * z * d;
        sums[4][g] += z * z * d * d, sums[5][g] = std::max(sums[5][g], z > 0 ? d : 0);
        sums[6][g] += share * share, sums[7][g] += share * share / (norm[g] + d);
      }
      for (const auto* table : supported_kernels<T>()) {
        CAPTURE(table->isa);
        std::vector<T> got(8 * kGroups), w = x;
        T* out[8];
        for (std::size_t s = 0; s < 8; ++s) out[s] = got.data() + s * kGroups;
        const GroupTile<T> tile = {rows,        by_row,        sparse,  l1.data(), strength.data(),
                                   norm.data(), metric.data(), w.data()};
        table->group_norms(rows, by_row, true, x.data(), out);
        table->group_moments(tile, out + 2);
        table->group_newton(tile, out + 6);
        table->group_shrink(tile, nullptr);
        Tally tally;
        for (std::size_t s = 0; s < 8; ++s)
          for (std::size_t g = 0; g < (by_row ? rows : kPanel<T>); ++g)
            tally.expect(std::fabs(out[s][g] - sums[s][g]) <= 20 * kRound<T> * (sums[s][g] + 1e-3),
                         [&] { return text("sum ", s, " of group ", g, ": ", out[s][g], " for ", sums[s][g]); });
        for (std::size_t i = 0; i < n; ++i) {
          const std::size_t g = group(i);
          const double t = metric[i], soft = sparse ? l1[g] * t : 0, big = std::fabs(static_cast<double>(x[i])) - soft;
          const double to = std::copysign(std::max(big, 0.0) * norm[g] / (norm[g] + strength[g] * t), x[i]);
          tally.expect(std::fabs(w[i] - to) <= 20 * kRound<T>, [&] { return text("weight ", i, ": ", w[i]); });
        }
        CHECK_MESSAGE(tally.wrong == 0, tally.first, " and ", tally.wrong, " more");
        // Another group's weights change nothing.
        auto other = x;
        for (std::size_t i = 0; i < n; ++i)
          if (group(i) != 2) other[i] = T(100);
        std::vector<T> alone(8 * kGroups);
        T* const to[] = {alone.data(), alone.data() + kGroups, alone.data() + 2 * kGroups, alone.data() + 3 * kGroups};
        table->group_moments(
            {rows, by_row, sparse, l1.data(), strength.data(), norm.data(), metric.data(), other.data()}, to);
        for (std::size_t s = 0; s < 4; ++s) CHECK(same(to[s][2], out[2 + s][2]));
        if (!fused(*table)) continue;
        got.insert(got.end(), w.begin(), w.end());
        if (first.empty()) first = got;
        CHECK(same(first, got));
      }
    }
}

TEST_CASE_TEMPLATE("groups: identity at strength 0, firmly non-expansive, monotone, non-finite values propagate", T,
                   float, double) {
  Draws draws(223);  // seed 223
  constexpr std::size_t rows = 6, cols = 40, n = rows * cols;
  for (const GroupAxis axis : {GroupAxis::kInput, GroupAxis::kOutput})
    for (const double l1 : {0.0, 0.1}) {
      const auto t = draws.vector<T>(n, 0.01, 1), x = draws.vector<T>(n), y = draws.vector<T>(n);
      std::vector<T> px(n), py(n), more(n);
      prox(group_l1(0.2, axis, l1), x.data(), t.data(), px.data(), {rows, cols});
      prox(group_l1(0.2, axis, l1), y.data(), t.data(), py.data(), {rows, cols});
      prox(group_l1(0.3, axis, l1), x.data(), t.data(), more.data(), {rows, cols});
      double moved = 0, inner = 0, norm = 0, norm_more = 0;  // in the metric, where firmness holds
      for (std::size_t i = 0; i < n; ++i) {
        const double d = static_cast<double>(px[i]) - static_cast<double>(py[i]);
        moved += d * d / t[i], inner += d * (static_cast<double>(x[i]) - static_cast<double>(y[i])) / t[i];
        norm += static_cast<double>(px[i]) * px[i], norm_more += static_cast<double>(more[i]) * more[i];
      }
      CHECK(moved <= inner * (1 + 1e-5));
      CHECK(norm_more < norm);
      Penalty none = group_l1(1e-300, axis);  // counts as a penalty, vanishes in float
      none.strength = sizeof(T) == 4 ? 1e-300 : 0;
      prox(none, x.data(), t.data(), px.data(), {rows, cols});
      CHECK(same(px, x));
      auto bad = x;
      bad[7] = std::numeric_limits<T>::quiet_NaN();
      prox(group_l1(0.2, axis, l1), bad.data(), t.data(), px.data(), {rows, cols});
      CHECK(std::isnan(px[7]));
      bad[7] = std::numeric_limits<T>::infinity();
      prox(group_l1(0.2, axis, l1), bad.data(), t.data(), px.data(), {rows, cols});
      CHECK_FALSE(std::isfinite(px[7]));
    }
}

TEST_CASE("groups: value, distance and strength_max by hand") {
  // Rows (3, 4) and (0, 0): one group alive, one at zero.
  const std::vector<double> w = {3, 4, 0, 0}, g = {-0.6, -0.8, 0.3, -0.4};
  const double root = std::sqrt(2.0);
  CHECK(value(group_l1(2), w.data(), {2, 2}) == doctest::Approx(2 * root * 5).epsilon(1e-15));
  CHECK(subdiff_distance(group_l1(1 / root), w.data(), g.data(), {2, 2}) < 1e-15);  // 0.5 <= 1
  CHECK(subdiff_distance(group_l1(0.25 / root), w.data(), std::vector<double>{-0.15, -0.2, 0.3, -0.4}.data(), {2, 2}) ==
        doctest::Approx(0.25).epsilon(1e-14));
  CHECK(strength_max(group_l1(1), g.data(), {2, 2}) == doctest::Approx(1 / root).epsilon(1e-14));
  CHECK(strength_max(group_l1(1, GroupAxis::kOutput), g.data(), {2, 2}) ==
        doctest::Approx(std::sqrt(0.64 + 0.16) / root).epsilon(1e-14));
  // Sparse groups: the prox of the gradient at zero is zero from this strength on, and not a hair below.
  const Penalty sparse = group_l1(1, GroupAxis::kInput, 0.5);
  const double most = strength_max(sparse, g.data(), {2, 2});
  std::vector<double> out(4);
  const std::vector<double> ones(4, 1);
  for (const double share : {1 + 1e-12, 1 - 1e-6}) {
    prox(group_l1(share * most, GroupAxis::kInput, share * most / 2), g.data(), ones.data(), out.data(), {2, 2});
    CHECK((out == std::vector<double>(4)) == (share > 1));
  }
}

TEST_CASE("groups and factors that do not fit are refused") {
  const auto refuse = [](Penalty p, WeightShape shape, const char* words) {
    CHECK_THROWS_WITH_AS(check_penalty(p, shape, "[Dense]"), doctest::Contains(words), InvalidInput);
  };
  Penalty p = group_l1(1);
  p.groups = {{0, 1}, {1, 2}}, refuse(p, {3, 2}, "groups must not overlap, input 1 is in two");
  p.groups = {{0}, {2}}, refuse(p, {3, 2}, "groups must hold every input, 1 is in none");
  p.groups = {{0}, {1}}, refuse(p, {3, 2}, "groups must hold the 3 inputs, they hold 2");
  p.groups = {{0}, {}}, refuse(p, {1, 2}, "each group must hold an input, one is empty");
  p.groups = {{0, 1}, {2}}, p.factors = {1, 1, 1}, refuse(p, {3, 2}, "factors must be one per group, 2, got 3");
  p = group_l1(1, GroupAxis::kOutput), p.groups = {{0}}, refuse(p, {1, 1}, "groups of inputs belong to");
  p = l1(1), p.factors = {1, 2}, refuse(p, {3, 1}, "factors must be one per input, 3, got 2");
  p = l1(1), p.factors = {1, -2, 1}, refuse(p, {3, 1}, "each factor must be finite and not negative, got -2");
  p = group_l1(1, GroupAxis::kOutput), p.factors = {1}, refuse(p, {3, 2}, "factors must be one per unit, 2, got 1");
  refuse(mcp(1, 0), 1, "gamma must be finite and positive");
  refuse(scad(1, 2), 1, "a must be over 2");
  refuse(log_sum(1, 0), 1, "epsilon must be positive");
  p = l1(1), p.strength = 1, refuse(p, 1, "others cannot be combined");
}
