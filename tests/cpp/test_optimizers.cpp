// Optimizer kernels over many steps: Keras' formulas in double, the metric as the step for a constant gradient, equal
// bits.
#include <doctest/doctest.h>

#include "guarded.h"
#include "optimizers/optimizer_step.h"
#include "proxnet/error.h"
#include "reference.h"

namespace {

using namespace reference;
using proxnet::kRowPad;
using proxnet::Optimizer;

std::vector<Optimizer> optimizers() {
  std::vector<Optimizer> all = {proxnet::sgd(0.1), proxnet::sgd(0.1, 0.9), proxnet::sgd(0.1, 0.9, true),
                                proxnet::adam(0.01), proxnet::rmsprop(0.01)};
  Optimizer o = proxnet::rmsprop(0.01);
  o.momentum = 0.8, all.push_back(o);
  o.centered = true, all.push_back(o);
  o.momentum = 0, all.push_back(o);
  o = proxnet::ftrl(0.05), all.push_back(o);
  o.l1_regularization_strength = 0.02, o.l2_regularization_strength = 0.1,
  o.l2_shrinkage_regularization_strength = 0.05;
  o.beta = 0.5, o.learning_rate_power = -0.7, o.initial_accumulator_value = 0.3, all.push_back(o);
  for (const Optimizer& kin : {proxnet::adam(0.01, true), proxnet::nadam(0.01), proxnet::adamax(0.01),
                               proxnet::adagrad(0.05), proxnet::lion(0.005)})
    all.push_back(kin);
  o = proxnet::adam(0.02), o.beta_1 = 0, o.beta_2 = 0.9, o.epsilon = 1e-3, all.push_back(o);
  return all;
}

// One weight under Keras' update rules (keras/src/optimizers, a file each).
struct KerasTwin {
  const Optimizer o;
  double w, m = 0, v = 0, mean = 0, velocity = 0, u_product = 1, largest = 0, sum = o.initial_accumulator_value;
  int t = 0;
  void step(double g, double rate) {
    using Kind = proxnet::OptimizerKind;
    ++t;
    const double left_1 = 1 - std::pow(o.beta_1, t), left_2 = 1 - std::pow(o.beta_2, t);
    if (o.kind == Kind::kSgd) {
      m = o.momentum * m - g * rate;
      w += o.nesterov ? o.momentum * m - g * rate : m;
    } else if (o.kind == Kind::kAdam) {
      m += (g - m) * (1 - o.beta_1), v += (g * g - v) * (1 - o.beta_2);
      largest = std::max(largest, v);
      w -= m * rate * std::sqrt(left_2) / left_1 / (std::sqrt(o.amsgrad ? largest : v) + o.epsilon);
    } else if (o.kind == Kind::kNadam) {
      const double now = o.beta_1 * (1 - 0.5 * std::pow(0.96, t)), next = o.beta_1 * (1 - 0.5 * std::pow(0.96, t + 1));
      u_product *= now;
      m += (g - m) * (1 - o.beta_1), v += (g * g - v) * (1 - o.beta_2);
      const double m_hat = next * m / (1 - u_product * next) + (1 - now) * g / (1 - u_product);
      w -= m_hat * rate / (std::sqrt(v / left_2) + o.epsilon);
    } else if (o.kind == Kind::kAdamax) {
      m += (g - m) * (1 - o.beta_1), largest = std::max(o.beta_2 * largest, std::fabs(g));
      w -= rate * m / (left_1 * (largest + o.epsilon));
    } else if (o.kind == Kind::kLion) {
      const double c = m * o.beta_1 + g * (1 - o.beta_1);
      w -= rate * (c > 0 ? 1 : c < 0 ? -1 : 0);
      m = m * o.beta_2 + g * (1 - o.beta_2);
    } else if (o.kind == Kind::kAdagrad) {
      sum += g * g;
      w -= rate * g / std::sqrt(sum + o.epsilon);
    } else if (o.kind == Kind::kFtrl) {
      const double power = -o.learning_rate_power, l1 = o.l1_regularization_strength;
      const double l2 = o.l2_regularization_strength + o.beta / (2 * rate), next = sum + g * g;
      m += g + 2 * o.l2_shrinkage_regularization_strength * w -
           (std::pow(next, power) - std::pow(sum, power)) / rate * w;
      w = (std::clamp(m, -l1, l1) - m) / (std::pow(next, power) / rate + 2 * l2);
      sum = next;
    } else {
      v = o.rho * v + (1 - o.rho) * g * g;
      double denominator = v;
      if (o.centered) mean = o.rho * mean + (1 - o.rho) * g, denominator -= mean * mean;
      const double increment = rate * g / std::sqrt(denominator + o.epsilon);
      velocity = o.momentum * velocity + increment;
      w -= velocity;
    }
  }
};

// The learning rate of step t: it moves, as under a schedule.
double rate_at(const Optimizer& o, int t) { return o.learning_rate * (1 + 0.5 * std::cos(0.3 * t)); }

template <class T> struct Stepper {
  const proxnet::KernelTable<T>& table;
  const Optimizer o;
  const std::size_t n;
  Guarded<T> memory[8] = {Guarded<T>(n), Guarded<T>(n), Guarded<T>(n), Guarded<T>(n),
                          Guarded<T>(n), Guarded<T>(n), Guarded<T>(n), Guarded<T>(n)};
  T *w = memory[0].last(n), *g = memory[1].last(n), *point = memory[2].last(n), *metric = memory[3].last(n);
  T* state[4] = {memory[4].last(n), memory[5].last(n), memory[6].last(n), memory[7].last(n)};
  proxnet::OptimizerProgress progress = {};

  void start() {
    for (int k = 0; k < proxnet::optimizer_state_count(o); ++k)
      std::fill_n(state[k], n, static_cast<T>(proxnet::optimizer_state_start(o, k)));
  }

  void step(int t) {
    Optimizer now = o;
    now.learning_rate = rate_at(o, t);
    const auto scalars = proxnet::next_step<T>(now, progress);
    table.propose[static_cast<int>(proxnet::optimizer_kernel(o))](n, scalars, w, g, state, point, metric);
  }
};

}  // namespace

TEST_CASE_TEMPLATE("optimizer kernels match Keras' formulas on every table", T, float, double) {
  const std::size_t n = 3 * kRowPad<T>;
  for (const Optimizer& o : optimizers()) {
    CAPTURE(static_cast<int>(proxnet::optimizer_kernel(o)));
    Tally tally;
    std::vector<T> first;
    double worst = 0;
    for (const auto* table : proxnet::supported_kernels<T>()) {
      Draws draws(61);  // seed 61
      Stepper<T> s{*table, o, n};
      s.start();
      std::vector<KerasTwin> twins;
      for (std::size_t i = 0; i < n; ++i) s.w[i] = static_cast<T>(draws.uniform()), twins.push_back({o, s.w[i]});
      for (int t = 1; t <= 60; ++t) {
        for (std::size_t i = 0; i < n; ++i) {
          s.g[i] = static_cast<T>(draws.normal() * (i % 3 ? 1 : 1e-3));
          twins[i].step(s.g[i], rate_at(o, t));
        }
        s.step(t);
        std::copy_n(s.point, n, s.w);
        for (std::size_t i = 0; i < n; ++i) {
          // A step is at most 1; each adds a few roundings of its own and momentum carries ten of them on. A centered
          // variance cancels, by a factor of 1000 for the small gradients.
          const double error =
              std::fabs(static_cast<double>(s.w[i]) - twins[i].w) / (kRound<T> * t * (o.centered ? 1e3 : 1));
          worst = std::max(worst, error);
          tally.expect(error <= 40,
                       [&] { return text(table->isa, " step ", t, " got ", s.w[i], " for ", twins[i].w); });
        }
      }
      if (!fused(*table)) continue;
      std::vector<T> all(s.w, s.w + n);
      all.insert(all.end(), s.metric, s.metric + n);
      for (int k = 0; k < proxnet::optimizer_state_count(o); ++k) all.insert(all.end(), s.state[k], s.state[k] + n);
      if (first.empty()) first = all;
      tally.expect(same(first, all), [&] { return text(table->isa, " other bits"); });
    }
    CHECK_MESSAGE(tally.wrong == 0, tally.first, ", worst ", worst);
  }
}

TEST_CASE_TEMPLATE("the metric is the step for a constant gradient, also with a changing learning rate", T, float,
                   double) {
  const std::size_t n = 2 * kRowPad<T>;
  for (const Optimizer& o : optimizers()) {
    if (o.centered) continue;  // a constant gradient has no variance: step and metric both divide by epsilon
    if (o.l1_regularization_strength > 0) continue;  // Ftrl's own shrinkage shortens the step
    Tally tally;
    for (const auto* table : proxnet::supported_kernels<T>()) {
      Draws draws(62);  // seed 62
      Stepper<T> s{*table, o, n};
      s.start();
      for (std::size_t i = 0; i < n; ++i) s.w[i] = 0, s.g[i] = static_cast<T>(draws.uniform(0.1, 2));
      for (int t = 1; t <= 60; ++t) {
        s.step(t);
        for (std::size_t i = 0; i < n; ++i) {
          const double way = -static_cast<double>(s.point[i]), want = static_cast<double>(s.metric[i]) * s.g[i];
          tally.expect(std::fabs(way - want) <= 8 * t * kRound<T> * std::fabs(want),
                       [&] { return text(table->isa, " step ", t, " went ", way, ", metric says ", want); });
        }
      }
    }
    CHECK_MESSAGE(tally.wrong == 0, static_cast<int>(proxnet::optimizer_kernel(o)), ": ", tally.first);
  }
}

TEST_CASE_TEMPLATE("small state becomes +0.0 instead of denormal, and padding stays zero", T, float, double) {
  const std::size_t n = kRowPad<T>;
  for (const Optimizer& o : optimizers())
    for (const auto* table : proxnet::supported_kernels<T>()) {
      Stepper<T> s{*table, o, n};
      s.start();
      std::fill_n(s.g, n, T(1));
      s.g[n - 1] = 0;  // as the padding of a panel
      s.step(1);
      std::fill_n(s.g, n, T(0));
      bool denormal = false;
      for (int t = 2; t <= 3000; ++t) {
        s.step(t);
        for (int k = 0; k < proxnet::optimizer_state_count(o); ++k)
          for (std::size_t i = 0; i < n; ++i) denormal = denormal || std::fpclassify(s.state[k][i]) == FP_SUBNORMAL;
        REQUIRE(s.point[n - 1] == 0);
      }
      CHECK_FALSE(denormal);
      if (o.kind == proxnet::OptimizerKind::kSgd && o.momentum > 0) CHECK(bits(s.state[0][0]) == 0);
    }
}

TEST_CASE_TEMPLATE("the fused Adam with an elastic net has the bits of its three parts", T, float, double) {
  constexpr std::size_t kPanel = proxnet::kPanel<T>;
  const int adam = static_cast<int>(proxnet::OptimizerKernel::kAdam);
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const std::size_t rows : {0, 1, 5, 48})
      for (const auto& [l1, l2] : {std::pair{0.0, 0.0}, {0.3, 0.0}, {0.0, 0.2}, {0.3, 0.2}}) {
        Draws draws(63);  // seed 63
        const std::size_t n = rows * kPanel;
        const proxnet::PenaltyScalars<T> strengths{static_cast<T>(l1), static_cast<T>(l2)};
        const int penalty = l1 == 0 && l2 == 0 ? 0 : 1;
        auto w = draws.vector<T>(n, -0.05, 0.05);
        std::vector<T> m(n), v(n), point(n), metric(n), sums(kPanel);
        auto fused_w = w, fused_m = m, fused_v = v, fused_sums = sums;
        proxnet::OptimizerProgress progress;
        for (int t = 0; t < 10; ++t) {
          const auto g = draws.vector<T>(n);
          const auto s = proxnet::next_step<T>(proxnet::adam(0.01), progress);
          T *state[] = {m.data(), v.data()}, *fused_state[] = {fused_m.data(), fused_v.data()};
          std::fill(sums.begin(), sums.end(), T(0)), fused_sums = sums;
          table->penalty_value[penalty](rows, strengths, nullptr, w.data(), sums.data());
          table->propose[adam](n, s, w.data(), g.data(), state, point.data(), metric.data());
          table->prox[penalty](rows, strengths, nullptr, point.data(), metric.data(), w.data());
          table->update_adam_elastic_net(rows, s, strengths, nullptr, T(1), g.data(), fused_w.data(), fused_state,
                                         fused_sums.data());
        }
        CAPTURE(table->isa);
        CAPTURE(rows);
        CHECK((same(w, fused_w) && same(m, fused_m) && same(v, fused_v) && same(sums, fused_sums)));
      }
}
