// Penalties: the prox identities, exact +0.0, the kernels against scalar versions, and the five public functions.
#include <doctest/doctest.h>

#include "guarded.h"
#include "proxnet/error.h"
#include "proxnet/penalty.h"
#include "reference.h"

namespace {

using namespace reference;
using proxnet::kPanel;
using proxnet::Penalty;
using proxnet::PenaltyScalars;

constexpr int kElasticNet = static_cast<int>(proxnet::PenaltyKernel::kElasticNet);
constexpr Penalty kStrengths[] = {{0, 0}, {0.25, 0}, {0, 0.125}, {0.5, 0.75}};

// Points around the threshold, where it matters, and special ones.
template <class T> std::vector<T> points(Draws& draws, std::size_t count, const std::vector<T>& metric, double l1) {
  std::vector<T> x(count);
  for (std::size_t i = 0; i < count; ++i) {
    const T t = static_cast<T>(l1) * metric[i];
    const T choices[] = {
        static_cast<T>(draws.uniform(-2, 2)), t, -t, std::nextafter(t, T(9)), std::nextafter(-t, T(-9)), T(0), T(-0.0)};
    x[i] = choices[draws.below(std::size(choices))];
  }
  return x;
}

template <class T> std::vector<T> prox(const Penalty& p, const std::vector<T>& x, const std::vector<T>& t) {
  std::vector<T> w(x.size());
  proxnet::prox(p, x.data(), t.data(), w.data(), x.size());
  return w;
}

}  // namespace

TEST_CASE_TEMPLATE("prox kernels: +0.0 inside, the formula outside, equal bits, no access out of bounds", T, float,
                   double) {
  Draws draws(51);  // seed 51
  Tally tally;
  for (const Penalty& p : kStrengths)
    for (std::size_t rows = 0; rows <= 9; ++rows)
      for (const bool factored : {false, true}) {
        const std::size_t n = rows * kPanel<T>;
        const auto metric = draws.vector<T>(n, 0, 1), factor = draws.vector<T>(rows, 0, 2);
        const auto x = points(draws, n, metric, p.l1);
        const Guarded<T> x_memory(n), t_memory(n), w_memory(n), f_memory(rows);
        T *px = x_memory.last(n), *pt = t_memory.last(n), *w = w_memory.last(n), *f = f_memory.last(rows);
        std::copy(x.begin(), x.end(), px), std::copy(metric.begin(), metric.end(), pt);
        std::copy(factor.begin(), factor.end(), f);
        std::vector<T> first;
        for (const auto* table : proxnet::supported_kernels<T>()) {
          const PenaltyScalars<T> s{static_cast<T>(p.l1), static_cast<T>(p.l2)};
          table->prox[kElasticNet](rows, s, factored ? f : nullptr, px, pt, w);
          const std::vector<T> out(w, w + n);
          for (std::size_t i = 0; i < n; ++i) {
            const T k = factored ? factor[i / kPanel<T>] : T(1), threshold = (s.l1 * k) * metric[i];
            const bool inside = std::fabs(x[i]) <= threshold;
            const T soft = inside ? T(0) : x[i] - std::copysign(threshold, x[i]);
            const long double ridge = 1 + 2.0L * s.l2 * k * metric[i];
            const bool good = inside      ? bits(out[i]) == 0
                              : s.l2 == 0 ? same(out[i], soft)
                                          : std::fabs(out[i] - soft / ridge) <=
                                                4 * kRound<T> * std::fabs(soft) + std::numeric_limits<T>::denorm_min();
            tally.expect(good, [&] { return text(table->isa, " x ", x[i], " t ", threshold, " gives ", out[i]); });
          }
          if (!fused(*table)) continue;
          if (table == fused_tables<T>().front()) first = out;
          tally.expect(same(first, out), [&] { return text(table->isa, " other bits"); });
        }
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("special values through prox: NaN stays, infinity stays, nothing becomes -0.0", T, float, double) {
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const T special : special_values<T>())
      for (const Penalty& p : kStrengths)
        for (std::size_t lane = 0; lane < kPanel<T>; ++lane) {
          std::vector<T> x(kPanel<T>, T(2)), t(kPanel<T>, T(0.5)), w(kPanel<T>);
          x[lane] = special;
          table->prox[kElasticNet](1, {static_cast<T>(p.l1), static_cast<T>(p.l2)}, nullptr, x.data(), t.data(),
                                   w.data());
          const T got = w[lane];
          const bool good = std::isnan(special)   ? std::isnan(got)
                            : std::isinf(special) ? got == special
                                                  : std::isfinite(got) && bits(got) != bits(T(-0.0));
          tally.expect(good && w[lane ? 0 : 1] > 0,
                       [&] { return text(table->isa, " prox of ", special, " is ", got); });
          table->prox[0](1, {}, nullptr, x.data(), t.data(), w.data());  // none: the identity, zeros positive
          tally.expect(same(w[lane], special == 0 ? T(0) : special),
                       [&] { return text(table->isa, " none ", special); });
        }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("prox is the minimiser: nonexpansive, Moreau, identity at strength 0, shrinking", T, float, double) {
  Draws draws(52);  // seed 52
  const std::size_t n = 10000;
  const double tiny = std::numeric_limits<T>::denorm_min();
  for (const Penalty& p : kStrengths) {
    const auto t = draws.vector<T>(n, 0.001, 3);
    const auto x = points(draws, n, t, p.l1), y = points(draws, n, t, p.l1);
    const auto px = prox(p, x, t), py = prox(p, y, t);
    Tally tally;
    for (std::size_t i = 0; i < n; ++i) {
      const double a = px[i], b = py[i], xi = x[i], ti = t[i],
                   scale = std::fabs(xi) + std::fabs(static_cast<double>(y[i]));
      const auto at = [&] { return text("l1 ", p.l1, " l2 ", p.l2, " x ", xi, " t ", ti, " prox ", a); };
      tally.expect(std::fabs(a - b) <= std::fabs(xi - y[i]) + 4 * kRound<T> * scale, at);
      tally.expect(a * xi >= 0 && std::fabs(a) <= std::fabs(xi), at);
      tally.expect(std::fabs(a - static_cast<double>(reference::prox(xi, ti, p.l1, p.l2))) <=
                       6 * kRound<T> * std::fabs(xi) + tiny,
                   at);
      // Moreau: what is left over, divided by t, is a subgradient of the penalty at the prox.
      const double slope = (xi - a) / ti - 2 * p.l2 * a,
                   slack = 8 * kRound<T> * (std::fabs(xi) / ti + p.l1) + 2 * tiny / ti;
      tally.expect(a == 0 ? std::fabs(slope) <= p.l1 + slack : std::fabs(slope - std::copysign(p.l1, a)) <= slack, at);
      if (p.none()) tally.expect(px[i] == x[i], at);
    }
    CHECK_MESSAGE(tally.wrong == 0, tally.first);
  }
}

TEST_CASE_TEMPLATE("penalty values and subgradients on panels", T, float, double) {
  Draws draws(53);  // seed 53
  Tally tally;
  for (const Penalty& p : kStrengths)
    for (std::size_t rows = 0; rows <= 49; rows += 7) {
      auto w = draws.vector<T>(rows * kPanel<T>);
      for (T& x : w)
        if (draws.below(3) == 0) x = 0;
      const auto g = draws.vector<T>(w.size()), start = draws.vector<T>(kPanel<T>, 0, 1);
      std::vector<T> first_sums, first_g;
      for (const auto* table : proxnet::supported_kernels<T>()) {
        auto sums = start;
        auto gradient = g;
        const PenaltyScalars<T> s{static_cast<T>(p.l1), static_cast<T>(p.l2)};
        table->penalty_value[kElasticNet](rows, s, nullptr, w.data(), sums.data());
        table->penalty_gradient(rows, s, nullptr, w.data(), gradient.data());
        for (std::size_t j = 0; j < kPanel<T>; ++j) {
          double total = start[j];
          for (std::size_t r = 0; r < rows; ++r) {
            const double x = w[r * kPanel<T> + j];
            total += p.l1 * std::fabs(x) + p.l2 * x * x;
          }
          tally.expect(std::fabs(sums[j] - total) <= static_cast<double>(2 * rows + 2) * kRound<T> * total,
                       [&] { return text(table->isa, " value ", sums[j], " for ", total); });
        }
        for (std::size_t i = 0; i < w.size(); ++i) {
          const double x = w[i], want = g[i] + (x > 0 ? p.l1 : x < 0 ? -p.l1 : 0) + 2 * p.l2 * x;
          tally.expect(std::fabs(gradient[i] - want) <= 4 * kRound<T> * (std::fabs(static_cast<double>(g[i])) + 3),
                       [&] { return text(table->isa, " gradient ", gradient[i], " for ", want); });
        }
        if (!fused(*table)) continue;
        if (table == fused_tables<T>().front()) first_sums = sums, first_g = gradient;
        tally.expect(same(first_sums, sums) && same(first_g, gradient),
                     [&] { return text(table->isa, " other bits"); });
      }
    }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("the five functions of a penalty on arrays", T, float, double) {
  const Penalty p{0.5, 0.25};
  const std::vector<T> w = {T(0), T(2), T(-1), T(-0.0)}, g = {T(0.75), T(-1.5), T(1), T(0.5)};
  CHECK(proxnet::value(p, w.data(), 4) == 0.5 * 3 + 0.25 * 5);
  // 0: |0.75| - 0.5; 2: |-1.5 + 1 + 0.5| = 0; -1: |1 - 0.5 - 0.5| = 0; -0.0: |0.5| <= 0.5
  CHECK(proxnet::subdiff_distance(p, w.data(), g.data(), 4) == 0.25);
  CHECK(proxnet::support(w.data(), 4) == std::vector<bool>{false, true, true, false});
  CHECK(proxnet::strength_max(p, g.data(), 4) == 1.5);
  CHECK(std::isnan(proxnet::subdiff_distance(p, w.data(), std::vector<T>{T(0), NAN, T(0), T(9)}.data(), 4)));
  for (const double bad : {-1.0, static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
    CHECK_THROWS_AS(proxnet::value<T>({bad, 0}, w.data(), 4), proxnet::InvalidInput);
    CHECK_THROWS_WITH_AS(proxnet::check_penalty({0, bad}, "[Dense]"),
                         doctest::Contains("[Dense] l2 must be finite and not negative, got "), proxnet::InvalidInput);
  }
}
