// Skipping zero rows and pruned units in a training step changes no bit. The reference trains with an empty batch hook:
// hooks may set weights, so such steps skip nothing.
#include <doctest/doctest.h>

#include "network_tools.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

template <class T> struct Run {
  std::vector<T> weights, outputs;
  std::vector<double> losses;
};

// 150 inputs, hidden layers of 70, 45 and 40 units; a random fraction `dead` of each has zero weights.
template <class T> Run<T> run(bool skip, int threads, double dead, const Optimizer& optimizer, double strength,
                              bool warm) {
  const Threads some(threads);
  const Penalty penalty = l1(strength);
  Network<T> network(150,
                     {dense(70, Activation::kRelu, penalty), dense(45, Activation::kRelu, penalty, penalty),
                      dense(40, Activation::kRelu, penalty), dense(3, Activation::kLinear, penalty)},
                     7);
  network.compile(optimizer, Loss::kMeanSquaredError, {{Metric::kMeanAbsoluteError, true}});
  auto table = random_table<T>(61, 230, 150, 3);  // seed 61
  Draws draws(62);                                // seed 62
  for (std::size_t j = 0; j < 150; ++j)
    if (draws.uniform(0, 1) < dead)  // too small for the penalty to let its weights go
      for (std::size_t i = 0; i < 230; ++i) table.x[i * 150 + j] *= static_cast<T>(1e-4);
  const tools::Problem<T> problem(std::move(table));
  FitOptions<T> options;
  options.batch_size = 50, options.epochs = 2, options.seed = 3;
  // The optimizer's moments move weights away from zero again.
  if (warm) fit(network, problem.data, options);
  auto arrays = weights(network);
  for (std::size_t l = 0; l < 3; ++l) {
    const std::size_t units = arrays[2 * l + 1].size(), inputs = arrays[2 * l].size() / units,
                      next = arrays[2 * l + 3].size();
    for (std::size_t j = 0; j < units; ++j) {
      if (draws.uniform(0, 1) >= dead) continue;
      for (std::size_t i = 0; i < inputs; ++i) arrays[2 * l][i * units + j] = 0;
      arrays[2 * l + 1][j] = draws.below(2) ? T(0) : T(-0.5);
      for (std::size_t o = 0; draws.below(2) && o < next; ++o) arrays[2 * l + 2][j * next + o] = 0;
    }
  }
  std::vector<T> all;
  for (const auto& array : arrays) all.insert(all.end(), array.begin(), array.end());
  set_flat(network, all);

  options.epochs = 12;
  if (!skip) options.hooks.begin = [](std::size_t) {};
  Run<T> result;
  for (const EpochReport& epoch : fit(network, problem.data, options)) {
    result.losses.push_back(epoch.training.loss);
    result.losses.push_back(epoch.training.metrics[0]);
  }
  result.weights = flat(network);
  result.outputs = predict(network, {problem.table.x.data(), 230, 150});
  return result;
}

}  // namespace

TEST_CASE_TEMPLATE("skipping zeros in a step changes no bit", T, float, double) {
  const Watchdog watchdog;
  struct Case {
    double dead;
    Optimizer optimizer;
    double strength;
    bool warm;
  };
  const Case cases[] = {{0.5, adam(1e-3), 1e-3, false},    {0.5, adam(1e-2), 3e-2, false},
                        {0.5, adam(1e-3), 1e-3, true},     {0.9, adam(3e-3), 1e-2, true},
                        {0.3, sgd(0.05, 0.9), 1e-2, true}, {1.0, adam(1e-3), 1e-3, true},
                        {0.0, adam(1e-2), 0.1, false},     {0.6, rmsprop(1e-3), 0, true}};
  for (const Case& c : cases) {
    const Run<T> whole = run<T>(false, 1, c.dead, c.optimizer, c.strength, c.warm);
    for (const int threads : {1, 2, 5}) {
      const Run<T> skipped = run<T>(true, threads, c.dead, c.optimizer, c.strength, c.warm);
      const std::string where =
          reference::text("dead ", c.dead, " strength ", c.strength, " warm ", c.warm, " on ", threads);
      CHECK_MESSAGE(same(whole.weights, skipped.weights), where);
      CHECK_MESSAGE(same(whole.outputs, skipped.outputs), where);
      CHECK_MESSAGE(same(whole.losses, skipped.losses), where);
    }
  }
}
