// Full-batch methods: loss and gradient against differences, descent, interrupts within an iteration.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "stopped_training.h"
#include "training/full_batch.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

}  // namespace

TEST_CASE(
    "the gradient over many blocks of rows is that of the loss, activity penalties and weights of rows included") {
  const Watchdog watchdog;
  Table<double> table = random_table<double>(312, 2500, 5, 3);  // seed 312
  Draws draws(313);                                             // seed 313
  table.weight = draws.vector<double>(2500, 0, 2);
  const tools::Problem<double> problem(table);
  Dense hidden = dense(20, Activation::kTanh), output = dense(3, Activation::kLinear);
  hidden.activity = {0, 0.3}, output.activity = {0, 0.2};
  Network<double> network(5, {hidden, output}, 4);
  network.compile(lbfgs(), Loss::kMeanSquaredError, {{Metric::kMeanSquaredError, true}});
  Parameters<double> at = network.impl().live();
  const std::function<bool()> never;
  FullBatch<double> full(network.impl(), at, problem.data, never, "[test]");
  const double loss = full.run(at, true);
  const Report report = evaluate(network, problem.data);
  CHECK(loss == doctest::Approx(report.loss).epsilon(1e-13));
  CHECK(full.metrics().front() == doctest::Approx(report.metrics.front()).epsilon(1e-13));
  CHECK(full.run(at, false) == loss);
  full.run(at, true);
  const std::vector<std::vector<double>> gradients = {full.gradient(0), full.gradient(1), full.gradient(2),
                                                      full.gradient(3)};
  for (std::size_t a = 0; a < 4; ++a) {
    double largest = 0;
    for (const double g : gradients[a]) largest = std::max(largest, std::fabs(g));
    const ParameterSpec& spec = network.impl().specs[a];
    for (std::size_t i = 0; i < gradients[a].size(); i += 7) {
      const std::size_t column = i / (spec.rows * kPanel<double>)*kPanel<double> + i % kPanel<double>;
      double& w = at.array(a)[i];
      if (column >= spec.cols) {
        CHECK(gradients[a][i] == 0);
        continue;
      }
      const double before = w, h = 1e-5;
      w = before + h;
      const double above = full.run(at, false);
      w = before - h;
      const double below = full.run(at, false);
      w = before;
      CHECK(std::fabs((above - below) / (2 * h) - gradients[a][i]) <= 1e-7 * largest);
    }
  }
}

TEST_CASE("a poll that returns true ends a full-batch iteration") {
  const Watchdog watchdog;
  for (const Optimizer& optimizer : {fista(), lbfgs()}) stop_training(optimizer, 311, 20000, 800, 64, 20000);
}

TEST_CASE_TEMPLATE("fit() descends with full-batch methods, and requires batches of all rows", T, float, double) {
  const Watchdog watchdog;
  const tools::Problem<T> problem(random_table<T>(314, 60, 4, 2));  // seed 314
  for (const Optimizer& optimizer : {fista(), lbfgs()}) {
    Network<T> network(4, {dense(9, Activation::kTanh), dense(2, Activation::kLinear)}, 1);
    network.compile(optimizer, Loss::kMeanSquaredError);
    FitOptions<T> options;
    CHECK_THROWS_AS(fit(network, problem.data, options), InvalidInput);
    options.batch_size = 60, options.epochs = 100;
    const auto history = fit(network, problem.data, options);
    for (std::size_t e = 1; e < history.size(); ++e)
      CHECK(history[e].training.loss <=
            history[e - 1].training.loss * (1 + 100 * static_cast<double>(std::numeric_limits<T>::epsilon())));
    CHECK(history.back().training.loss < 0.8 * history.front().training.loss);
    CHECK(network.iterations() == 100);
  }
}

TEST_CASE("full-batch methods see frozen weights that are set between epochs") {
  const tools::Problem<double> problem(random_table<double>(315, 60, 4, 2));  // seed 315
  for (const Optimizer& optimizer : {fista(), lbfgs()}) {
    Dense frozen = dense(9, Activation::kTanh);
    frozen.trainable = false;
    Network<double> network(4, {frozen, dense(2, Activation::kLinear)}, 1);
    network.compile(optimizer, Loss::kMeanSquaredError);
    TrainOptions options;
    options.batch_size = 60;
    Trainer<double> trainer(network, problem.data, options);
    for (std::size_t epoch = 0; epoch < 4; ++epoch) {
      std::vector<double> values = flat(network);
      for (std::size_t i = 0; i < 4 * 9; ++i) values[i] *= 1.5;  // the frozen kernel
      set_flat(network, values);
      const double loss = trainer.run_epoch(epoch).loss;
      CHECK(loss == doctest::Approx(evaluate(network, problem.data).loss).epsilon(1e-12));
    }
  }
}
