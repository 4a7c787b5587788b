// MCP, SCAD, LogSum and L0: prox against the best point of a fine grid, in any metric; monotone, +0.0, equal bits.
#include <doctest/doctest.h>

#include "penalties/penalty_formula.h"
#include "proxnet/proxnet.h"
#include "reference.h"

namespace {

using namespace reference;
using namespace proxnet;

const std::vector<Penalty> kPenalties = {mcp(0.5, 3),       mcp(1.5, 1.1),    scad(0.5, 3.7), scad(1.2, 2.1),
                                         log_sum(0.4, 0.3), log_sum(1, 0.05), l0(0.3)};
// From steps in which the scalar problem is convex for all, to those in which it is for none.
constexpr double kMetrics[] = {0.01, 0.3, 1.05, 1.15, 2.5, 2.8, 3.3, 4.9, 20};

double cost(const Penalty& p, double u, double x, double t) {
  return penalty_at(p, std::fabs(u)) + (u - x) * (u - x) / (2 * t);
}

template <class T> T prox_of(const Penalty& p, T x, T t) {
  T w;
  prox(p, &x, &t, &w, 1);
  return w;
}

}  // namespace

TEST_CASE("no point of a grid costs less than the prox, whether the scalar problem is convex or not") {
  Tally tally;
  Draws draws(211);  // seed 211
  for (const Penalty& p : kPenalties)
    for (const double t : kMetrics)
      for (int draw = 0; draw < 150; ++draw) {
        const double x = draws.uniform(-8, 8), w = prox_of(p, x, t), at = cost(p, w, x, t);
        for (int i = 0; i <= 800; ++i) {
          const double u = x * i / 800;
          tally.expect(at <= cost(p, u, x, t) + 1e-12 * (1 + at), [&] {
            return text("kind ", static_cast<int>(p.kind), " t ", t, " x ", x, " prox ", w, " costs ", at, ", ", u,
                        " only ", cost(p, u, x, t));
          });
        }
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first, " and ", tally.wrong, " more");
}

TEST_CASE("steps too long for a convex problem: hard thresholds, ties to zero") {
  for (const double t : {3.0, 5.0, 40.0}) {
    const double edge = 0.5 * std::sqrt(3 * t);  // lambda sqrt(gamma t)
    CHECK(prox_of(mcp(0.5, 3), edge, t) == 0);
    CHECK(prox_of(mcp(0.5, 3), std::nextafter(edge, 9) * (1 + 1e-15), t) > edge);
  }
  CHECK(prox_of(l0(0.5), 2.0, 4.0) == 0);  // sqrt(2 lambda t) = 2
  CHECK(prox_of(l0(0.5), -2.0000001, 4.0) == -2.0000001);
}

TEST_CASE_TEMPLATE("shrinks, keeps signs, monotone in point and strength, identity at 0, zeros +0.0", T, float,
                   double) {
  Tally tally;
  Draws draws(212);  // seed 212
  for (const Penalty& p : kPenalties)
    for (const double metric : kMetrics)
      for (int draw = 0; draw < 300; ++draw) {
        const T t = static_cast<T>(metric), x = static_cast<T>(draws.uniform(-6, 6));
        const T y = static_cast<T>(x + draws.uniform(0, 1)), w = prox_of(p, x, t);
        Penalty more = p, none = p;
        more.strength *= 1.1, none.strength = 0;
        const T slack = static_cast<T>(16 * kRound<T> * 8 * (1 + metric));
        const auto at = [&] { return text("kind ", static_cast<int>(p.kind), " t ", t, " x ", x, " prox ", w); };
        tally.expect(w * x >= 0 && std::fabs(w) <= std::fabs(x), at);
        tally.expect(prox_of(p, y, t) >= w - slack, at);
        tally.expect(std::fabs(prox_of(more, x, t)) <= std::fabs(w) + slack, at);
        tally.expect(prox_of(none, x, t) == x, at);
        tally.expect(w != 0 || bits(w) == 0, at);
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first, " and ", tally.wrong, " more");
}

TEST_CASE_TEMPLATE("non-convex kernels: equal bits, values, factors by row, special values", T, float, double) {
  Draws draws(213);  // seed 213
  constexpr std::size_t rows = 5, n = rows * kPanel<T>;
  const auto metric = draws.vector<T>(n, 0.01, 6), factor = draws.vector<T>(rows, 0, 2);
  auto point = draws.vector<T>(n, -5, 5);
  for (const Penalty& p : kPenalties) {
    const int kernel = static_cast<int>(p.kind) + 1;  // after none
    const PenaltyScalars<T> s{0, 0, static_cast<T>(p.strength), static_cast<T>(p.shape)};
    std::vector<T> first, first_sums;
    for (const auto* table : supported_kernels<T>()) {
      CAPTURE(table->isa);
      std::vector<T> w(n), sums(kPanel<T>);
      table->prox[kernel](rows, s, factor.data(), point.data(), metric.data(), w.data());
      table->penalty_value[kernel](rows, s, factor.data(), point.data(), sums.data());
      double total = 0, want = 0;
      for (const T x : sums) total += x;
      for (std::size_t i = 0; i < n; ++i) {
        Penalty row = p;
        row.strength *= factor[i / kPanel<T>];
        want += penalty_at(row, std::fabs(static_cast<double>(point[i])));
        const double x = point[i], t = metric[i];
        CHECK(cost(row, w[i], x, t) <= cost(row, prox_of<double>(row, x, t), x, t) + 300 * kRound<T>);
      }
      CHECK(total == doctest::Approx(want).epsilon(20 * kRound<T>));
      for (const double width : {1.0, 1e-7, 1e30}) {  // equal strengths, also where a product of eight would overflow
        std::vector<T> scaled_point(n), equal(kPanel<T>);
        for (std::size_t i = 0; i < n; ++i) scaled_point[i] = static_cast<T>(width) * point[i];
        table->penalty_value[kernel](rows, s, nullptr, scaled_point.data(), equal.data());
        total = want = 0;
        for (const T x : equal) total += x;
        for (const T x : scaled_point) want += penalty_at(p, std::fabs(static_cast<double>(x)));
        CHECK(total == doctest::Approx(want).epsilon(20 * kRound<T>));
      }
      for (const T special : special_values<T>()) {
        std::vector<T> x(kPanel<T>, T(9)), t(kPanel<T>, T(0.5)), out(kPanel<T>);
        x[3] = special;
        table->prox[kernel](1, s, nullptr, x.data(), t.data(), out.data());
        if (std::isfinite(special))
          CHECK((std::isfinite(out[3]) && bits(out[3]) != bits(T(-0.0))));
        else
          CHECK(same(out[3], special));
      }
      if (!fused(*table)) continue;
      if (first.empty()) first = w, first_sums = sums;
      CHECK((same(first, w) && same(first_sums, sums)));
    }
  }
}

TEST_CASE("distance and strength_max of the non-convex penalties") {
  const std::vector<double> w = {0, 2, -0.4, 0}, g = {0.3, 0, 0.1, -0.7};
  CHECK(subdiff_distance(mcp(0.5, 3), w.data(), g.data(), 4) ==
        doctest::Approx(std::fabs(0.1 - (0.5 - 0.4 / 3))));  // of the third
  CHECK(subdiff_distance(l0(0.5), w.data(), g.data(), 4) == 0.1);
  CHECK(subdiff_distance(log_sum(0.5, 2), w.data(), std::vector<double>{0, -0.125, 0.5 / 2.4, 0.25}.data(), 4) < 1e-15);
  CHECK(strength_max(scad(0.5), g.data(), 4) == 0.7);
  CHECK(strength_max(log_sum(0.5, 2), g.data(), 4) == 1.4);
  CHECK(strength_max(l0(0.5), g.data(), 4) == 0);
  Penalty factored = mcp(1);
  factored.factors = {0.5, 2, 0, 1};
  CHECK(strength_max(factored, g.data(), {4, 1}) == 0.7);
}
