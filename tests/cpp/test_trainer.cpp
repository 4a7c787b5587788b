// The trainer's contract: batches and weights as stated, hooks, interruption, divergence, exclusion, snapshots.
#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

#include "network_tools.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

template <class T> Network<T> make_network(const Optimizer& optimizer = adam(1e-2), std::size_t width = 12) {
  Network<T> network(5, {dense(width, Activation::kRelu, l1(1e-3)), dense(1, Activation::kLinear)}, 4);
  network.compile(optimizer, Loss::kMeanSquaredError, {{Metric::kMeanSquaredError}});
  return network;
}

}  // namespace

TEST_CASE("the last partial batch and sample weights count as Keras counts them") {
  // A linear unit under plain SGD by hand: the gradient of sum(weight * error^2) / (rows of this batch).
  Table<double> t = random_table<double>(101, 10, 2, 1);  // seed 101
  t.weight = Draws(102).vector<double>(10, 0, 3);         // seed 102
  const tools::Problem<double> problem(t);
  Network<double> network(2, {dense(1, Activation::kLinear)}, 1);
  network.compile(sgd(0.1), Loss::kMeanSquaredError,
                  {{Metric::kMeanAbsoluteError, true}, {Metric::kMeanAbsoluteError}});
  auto w = flat(network);
  double loss = 0, weighted = 0, mass = 0, plain = 0;
  for (std::size_t first = 0; first < 10; first += 4) {
    const std::size_t rows = std::min<std::size_t>(4, 10 - first);
    std::vector<double> g(3);
    for (std::size_t i = first; i < first + rows; ++i) {
      const double *x = t.x.data() + 2 * i, error = w[0] * x[0] + w[1] * x[1] + w[2] - t.y[i],
                   share = t.weight[i] / static_cast<double>(rows);
      loss += t.weight[i] * error * error / 10;
      weighted += t.weight[i] * std::fabs(error), mass += t.weight[i], plain += std::fabs(error) / 10;
      g[0] += 2 * share * error * x[0], g[1] += 2 * share * error * x[1], g[2] += 2 * share * error;
    }
    for (std::size_t k = 0; k < 3; ++k) w[k] -= 0.1 * g[k];
  }
  FitOptions<double> options;
  options.batch_size = 4, options.shuffle = false;
  const Report report = fit(network, problem.data, options).front().training;
  const auto got = flat(network);
  for (std::size_t k = 0; k < 3; ++k) CHECK(got[k] == doctest::Approx(w[k]).epsilon(1e-13));
  CHECK(report.loss == doctest::Approx(loss).epsilon(1e-13));
  CHECK(report.metrics[0] == doctest::Approx(weighted / mass).epsilon(1e-13));
  CHECK(report.metrics[1] == doctest::Approx(plain).epsilon(1e-13));
  CHECK(network.iterations() == 3);
}

TEST_CASE_TEMPLATE("evaluate is the mean over all rows plus the penalty", T, float, double) {
  Table<T> t = random_table<T>(103, 301, 5, 1);  // seed 103: more than three blocks of rows
  t.weight = Draws(104).vector<T>(301, 0, 2);    // seed 104
  const tools::Problem<T> problem(t);
  const Network<T> network = make_network<T>();
  const auto out = predict(network, {t.x.data(), 301, 5});
  double loss = 0, metric = 0;
  for (std::size_t i = 0; i < 301; ++i) {
    const double error = static_cast<double>(out[i]) - static_cast<double>(t.y[i]);
    loss += t.weight[i] * error * error / 301, metric += error * error / 301;
  }
  const Report report = evaluate(network, problem.data);
  CHECK(report.loss == doctest::Approx(loss + network.penalty()).epsilon(sizeof(T) == 4 ? 1e-6 : 1e-13));
  CHECK(report.metrics[0] == doctest::Approx(metric).epsilon(sizeof(T) == 4 ? 1e-6 : 1e-13));
}

TEST_CASE_TEMPLATE("divergence throws and leaves the last published weights, from which training goes on", T, float,
                   double) {
  const Watchdog watchdog;
  const tools::Problem<T> problem(random_table<T>(105, 64, 5, 1));  // seed 105
  Network<T> network = make_network<T>(sgd(0.01));
  FitOptions<T> options;
  options.epochs = 2;
  fit(network, problem.data, options);
  const auto start = flat(network);
  auto last = start;
  options.on_epoch_end = [&](const EpochReport&) {
    last = flat(network);
    return true;
  };
  network.set_learning_rate(1e30);  // in double an epoch or two stay below 1e308
  options.epochs = 50;
  CHECK_THROWS_WITH_AS(fit(network, problem.data, options), doctest::Contains("must stay finite"), Diverged);
  CHECK(same(flat(network), last));
  for (const T w : last) CHECK(std::isfinite(w));
  set_flat(network, start);
  network.set_learning_rate(0.01);
  CHECK(std::isfinite(fit(network, problem.data, options).back().training.loss));
}

TEST_CASE("weights stay finite for any learning rate, optimizer and scale of the data") {
  const Watchdog watchdog;
  std::size_t thrown = 0, runs = 0;
  for (const double scale : {1e3, 1e6, 1e15})
    for (const double rate : {1e-1, 1e1, 1e3, 1e6})
      for (Optimizer o : {sgd(), sgd(0.01, 0.9), adam(), rmsprop(), nadam(), adamax(), adagrad(), ftrl(), lion()}) {
        Table<float> t = random_table<float>(106, 64, 5, 1, -scale, scale);  // seed 106
        for (float& x : t.x) x *= static_cast<float>(scale);
        const tools::Problem<float> problem(t);
        o.learning_rate = rate;
        Network<float> network = make_network<float>(o);
        FitOptions<float> options;
        options.epochs = 5;
        ++runs;
        try {
          fit(network, problem.data, options);
        } catch (const Diverged&) {
          ++thrown;
        }
        for (const float w : flat(network)) REQUIRE(std::isfinite(w));
      }
  MESSAGE(thrown, " of ", runs, " diverged");
  CHECK(thrown > 0);
}

TEST_CASE("a gradient that overflows the optimizer's state is divergence, not a weight that silently stops") {
  const Watchdog watchdog;
  Table<float> t = random_table<float>(107, 32, 5, 1);  // seed 107
  for (float& y : t.y) y *= 3e18F;                      // squares to 1e37, finite; the gradient's square is not
  for (float& x : t.x) x *= 100;
  const tools::Problem<float> problem(t);
  for (const Optimizer& o : {adam(), rmsprop(), adam(1e-3, true), nadam(), adagrad(), ftrl()}) {
    Network<float> network(5, {dense(1, Activation::kLinear)}, 4);
    network.compile(o, Loss::kMeanSquaredError);
    CHECK_THROWS_AS(fit(network, problem.data, FitOptions<float>()), Diverged);
  }
}

TEST_CASE_TEMPLATE("an interrupted epoch is discarded: weights, state and steps continue as if it had not begun", T,
                   float, double) {
  const Watchdog watchdog;
  const tools::Problem<T> problem(random_table<T>(111, 200, 5, 1));  // seed 111
  Optimizer averaged = nadam();
  averaged.use_ema = true, averaged.ema_overwrite_frequency = 5;
  Optimizer decayed = adamw(), scheduled = ftrl(0.1);
  Schedule decay;
  decay.kind = ScheduleKind::kExponentialDecay, decay.decay_rate = 0.9, decay.decay_steps = 4;
  decayed.schedule = scheduled.schedule = decay;
  for (const Optimizer& o : {adam(1e-2), sgd(0.01, 0.9, true), rmsprop(), averaged, decayed, scheduled}) {
    const auto trained = [&](bool cut) {
      Network<T> network = make_network<T>(o);
      TrainOptions options;
      options.batch_size = 16;
      bool stop = false;
      options.hooks.begin = [&](std::size_t batch) {
        if (stop && batch == 7) throw std::out_of_range("cut");
      };
      Trainer<T> trainer(network, problem.data, options);
      trainer.run_epoch(0, false);
      stop = cut;
      if (cut) CHECK_THROWS_AS(trainer.run_epoch(1), std::out_of_range);
      stop = false;
      trainer.run_epoch(1, false);
      CHECK(network.iterations() == 26);
      return flat(network);
    };
    CHECK(same(trained(false), trained(true)));
  }
}

TEST_CASE("one trainer at a time; compile waits too") {
  const Watchdog watchdog;
  const tools::Problem<float> problem(random_table<float>(108, 64, 5, 1));  // seed 108
  Network<float> network = make_network<float>();
  {
    Trainer<float> first(network, problem.data, {});
    CHECK_THROWS_WITH_AS(Trainer<float>(network, problem.data, {}), "[fit] the network is already being trained",
                         InvalidState);
    CHECK_THROWS_WITH_AS(network.compile(adam(), Loss::kMeanSquaredError), "[compile] the network is being trained",
                         InvalidState);
    first.run_epoch(0);
  }
  Trainer<float> second(network, problem.data, {});
  second.run_epoch(1);
}

TEST_CASE("hooks run in order, see published weights, may set weights, and their exceptions reach the caller") {
  const Watchdog watchdog;
  const Threads three(3);
  const tools::Problem<float> problem(random_table<float>(109, 40, 5, 1));  // seed 109
  Network<float> network = make_network<float>();
  std::vector<std::size_t> begun, ended;
  std::set<std::vector<float>> seen;
  TrainOptions options;
  options.batch_size = 16;
  options.hooks.begin = [&](std::size_t batch) { begun.push_back(batch); };
  options.hooks.end = [&](std::size_t batch, const Report& running) {
    ended.push_back(batch);
    CHECK(begun.size() == ended.size());
    CHECK(std::isfinite(running.loss));
    seen.insert(flat(network));
    if (batch == 1) set_flat(network, std::vector<float>(flat(network).size(), 0.25F));
  };
  Trainer<float> trainer(network, problem.data, options);
  trainer.run_epoch(0);
  CHECK(begun == std::vector<std::size_t>{0, 1, 2});
  CHECK(seen.size() == 3);
  for (const float w : flat(network)) CHECK(std::fabs(w - 0.25F) < 0.1F);  // one step of Adam from where it was set
  trainer.run_epoch(1, false);
  CHECK(begun.size() == 3);
}

TEST_CASE("an exception from a hook reaches the caller, and its epoch is discarded") {
  const Watchdog watchdog;
  const Threads three(3);
  const tools::Problem<float> problem(random_table<float>(110, 40, 5, 1));  // seed 110
  for (const bool at_begin : {true, false}) {
    Network<float> network = make_network<float>();
    const std::vector<float> before = flat(network);
    TrainOptions options;
    options.batch_size = 8;
    options.hooks.begin = [&](std::size_t batch) {
      if (at_begin && batch == 3) throw std::out_of_range("mine");
    };
    options.hooks.end = [&](std::size_t batch, const Report&) {
      if (!at_begin && batch == 3) throw std::out_of_range("mine");
    };
    Trainer<float> trainer(network, problem.data, options);
    CHECK_THROWS_WITH_AS(trainer.run_epoch(0), "mine", std::out_of_range);
    CHECK(same(flat(network), before));
    CHECK(network.iterations() == 0);
    options.hooks = {};
    trainer.run_epoch(1, false);
  }
}
