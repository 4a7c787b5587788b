// One-layer problems, full batch, trained to the end: every penalty under every kind of metric ends at a stationary
// point of the stated objective, with the zeros of the exact solution where that is unique.
#include <doctest/doctest.h>

#include "network_tools.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;

constexpr std::size_t kRows = 60, kInputs = 12, kOutputs = 3;

// A few inputs matter, some a little, and some are correlated.
template <class T> Table<T> regression() {
  Draws draws(231);  // seed 231
  Table<T> t{kRows, kInputs, kOutputs, std::vector<T>(kRows * kInputs), std::vector<T>(kRows * kOutputs), {}};
  std::vector<double> truth(kInputs * kOutputs);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < kOutputs; ++j) truth[i * kOutputs + j] = draws.normal() * (i < 2 ? 1.5 : 0.2);
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t i = 0; i < kInputs; ++i)
      t.x[r * kInputs + i] = static_cast<T>(draws.normal() + (i % 4 == 1 ? t.x[r * kInputs + i - 1] * T(0.6) : T(0)));
    for (std::size_t j = 0; j < kOutputs; ++j) {
      double y = 0.3 * draws.normal();
      for (std::size_t i = 0; i < kInputs; ++i) y += truth[i * kOutputs + j] * t.x[r * kInputs + i];
      t.y[r * kOutputs + j] = static_cast<T>(y);
    }
  }
  return t;
}

// Gradient of the mean squared error at w, in double.
template <class T> std::vector<double> gradient(const Table<T>& t, const std::vector<double>& w) {
  std::vector<double> g(kInputs * kOutputs);
  for (std::size_t r = 0; r < kRows; ++r)
    for (std::size_t j = 0; j < kOutputs; ++j) {
      double error = -static_cast<double>(t.y[r * kOutputs + j]);
      for (std::size_t i = 0; i < kInputs; ++i) error += t.x[r * kInputs + i] * w[i * kOutputs + j];
      for (std::size_t i = 0; i < kInputs; ++i)
        g[i * kOutputs + j] += 2 * error * t.x[r * kInputs + i] / (kRows * kOutputs);
    }
  return g;
}

// Plain proximal gradient in double: the reference for convex penalties.
template <class T> std::vector<double> solve(const Table<T>& t, const Penalty& p) {
  std::vector<double> w(kInputs * kOutputs), metric(w.size(), 0.4);
  for (int step = 0; step < 4000; ++step) {
    const auto g = gradient(t, w);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] -= metric[i] * g[i];
    prox(p, std::vector<double>(w).data(), metric.data(), w.data(), {kInputs, kOutputs});
  }
  return w;
}

struct Named {
  const char* name;
  Penalty penalty;
};

std::vector<Named> penalties() {
  Penalty factored = proxnet::l1(0.2), own = group_l1(0.06), units = group_l1(0.25, GroupAxis::kOutput);
  for (std::size_t i = 0; i < kInputs; ++i) factored.factors.push_back(i == 7 ? 0 : 0.5 + 0.1 * static_cast<double>(i));
  own.groups = {{0, 1, 2}, {3, 5, 4}, {6, 7, 8}, {9, 10, 11}};
  return {{"L1", proxnet::l1(0.2)},
          {"L1L2", {0.2, 0.05}},
          {"L1, factors", factored},
          {"GroupL1 input", group_l1(0.15)},
          {"GroupL1 output", units},
          {"GroupL1 own", own},
          {"SparseGroupL1", group_l1(0.08, GroupAxis::kInput, 0.08)},
          {"MCP", mcp(0.2)},
          {"SCAD", scad(0.2)},
          {"LogSum", log_sum(0.05, 0.3)},
          {"L0", l0(0.02)}};
}

// The rate falls to zero as a cosine: the thresholds must follow.
template <class T> std::vector<double> train(const Table<T>& table, const Penalty& p, Optimizer optimizer, int steps) {
  const tools::Problem<T> problem(table);
  Network<T> network(kInputs, {Dense{kOutputs, Activation::kLinear, p, {}, false}}, 3);
  network.compile(optimizer, Loss::kMeanSquaredError);
  TrainOptions options;
  options.batch_size = kRows, options.shuffle = false;
  Trainer<T> trainer(network, problem.data, options);
  for (int step = 0; step < steps; ++step) {
    const double cosine = (1 + std::cos(3.141592653589793 * step / steps)) / 2;
    network.set_learning_rate(optimizer.learning_rate * std::max(cosine, 1e-4));
    trainer.run_epoch(static_cast<std::size_t>(step));
  }
  const auto w = flat(network);
  return {w.begin(), w.end()};
}

}  // namespace

TEST_CASE_TEMPLATE("every penalty ends at a stationary point, with every optimizer that claims it", T, float, double) {
  const Watchdog watchdog;
  const Threads one(1);
  const auto table = regression<T>();
  const auto at_zero = gradient(table, std::vector<double>(kInputs * kOutputs));
  struct Trial {
    const char* name;
    Optimizer optimizer;
    int steps;
  };
  const int longer = sizeof(T) == 8 ? 4 : 1;
  Optimizer carried = rmsprop(0.001);  // RMSprop converges slowly at the edge of MCP's and SCAD's zeros
  carried.momentum = 0.9;
  for (const Trial& trial :
       {Trial{"Adam", adam(0.02), 2000 * longer}, Trial{"SGD 0.9", sgd(0.05, 0.9), 1000 * longer},
        Trial{"SGD", sgd(0.2), 1000 * longer}, Trial{"Nesterov", sgd(0.05, 0.9, true), 1000 * longer},
        Trial{"AMSGrad", adam(0.05, true), 2000 * longer}, Trial{"Nadam", nadam(0.02), 2000 * longer},
        Trial{"Adamax", adamax(0.1), 2000 * longer}, Trial{"RMSprop", rmsprop(0.01), 8000 * longer},
        Trial{"RMSprop 0.9", carried, 8000 * longer}, Trial{"Adagrad", adagrad(0.5), 2000 * longer}})
    for (const Named& named : penalties()) {
      const Penalty& p = named.penalty;
      const auto w = train(table, p, trial.optimizer, trial.steps);
      const auto g = gradient(table, w);
      const WeightShape shape(kInputs, kOutputs);
      const double most = p.kind == PenaltyKind::kL0 ? proxnet::strength_max(proxnet::l1(1), at_zero.data(), shape)
                                                     : proxnet::strength_max(p, at_zero.data(), shape);
      const double distance = subdiff_distance(p, w.data(), g.data(), shape) / most;
      const auto zeros = std::count(w.begin(), w.end(), 0.0);
      const std::string name = reference::text(trial.name, ", ", named.name, ": ");
      MESSAGE(name, distance, " of strength_max, ", zeros, " zeros");
      CHECK_MESSAGE(distance <= (sizeof(T) == 4 ? 1e-4 : 1e-8), name, distance);
      CHECK(zeros > 0);
      if (p.kind != PenaltyKind::kElasticNet && p.kind != PenaltyKind::kGroup) continue;
      const auto exact = solve(table, p);
      for (std::size_t i = 0; i < w.size(); ++i)
        CHECK_MESSAGE((w[i] == 0) == (exact[i] == 0), name, "at ", i, ": ", w[i], ", ", exact[i]);
    }
}
