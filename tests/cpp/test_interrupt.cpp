// Stopping and looking in from outside while a network trains: within 100 ms, and never a half-trained set of weights.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "stopped_training.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

}  // namespace

TEST_CASE("a poll that says stop ends training within 100 ms, also inside a long step") {
  const Watchdog watchdog;
  struct Shape {
    std::string what;
    std::size_t rows, inputs, width, batch;
  };
  for (const Shape& s : {Shape{"many small steps", 2000, 10, 8, 16}, Shape{"a wide network", 256, 2000, 2000, 256},
                         Shape{"one batch of many rows", 100000, 20, 200, 100000},
                         Shape{"one batch of many wide rows", 20000, 800, 64, 20000}}) {
    double best = 1e9;
    // The best of three: the machine may be busy with other things.
    for (int turn = 0; turn < 3 && best > 100; ++turn)
      best = std::min(best, stop_training(sgd(1e-3), 121, s.rows, s.inputs, s.width, s.batch));
    MESSAGE(s.what, ": ", best, " ms");
    CHECK_MESSAGE(best <= 100, s.what);
  }
}

TEST_CASE("evaluate can be interrupted as well") {
  const Watchdog watchdog;
  const tools::Problem<float> problem(random_table<float>(122, 5000, 1500, 1));  // seed 122
  Network<float> network(
      1500, {dense(1500, Activation::kRelu), dense(1500, Activation::kRelu), dense(1, Activation::kLinear)}, 2);
  network.compile(sgd(), Loss::kMeanSquaredError);
  const auto start = Clock::now();
  CHECK_THROWS_AS(evaluate(network, problem.data, std::function<bool()>([] { return true; })), Interrupted);
  MESSAGE("ended after ", milliseconds(Clock::now() - start), " ms");
}

TEST_CASE("predict in other threads during training sees published epochs only") {
  const Watchdog watchdog;
  const Threads two(2);
  constexpr std::size_t kRows = 40;
  const tools::Problem<float> problem(random_table<float>(123, 256, 6, 1));  // seed 123
  Network<float> network(6, {dense(40, Activation::kRelu), dense(1, Activation::kLinear)}, 2);
  network.compile(adam(1e-2), Loss::kMeanSquaredError);
  const ConstMatrixView<float> x(problem.table.x.data(), kRows, 6);
  // Every answer a snapshot can give; each predict must be exactly one of them.
  std::set<std::vector<float>> answers = {predict(network, x)};
  std::vector<std::vector<std::vector<float>>> seen(3);
  std::atomic<bool> done{false};
  std::atomic<int> changes{0};
  std::vector<std::thread> readers;
  for (auto& list : seen)
    readers.emplace_back([&] {
      while (!done) {
        auto answer = predict(network, x);
        if (list.empty() || list.back() != answer) list.push_back(std::move(answer)), ++changes;
        network.weights(), network.sparsity(), network.penalty(), network.iterations(), network.outputs();
      }
    });
  FitOptions<float> options;
  options.epochs = 20000, options.batch_size = 32;
  options.on_epoch_end = [&](const EpochReport& report) {
    answers.insert(predict(network, x));
    return report.epoch < 100 || changes < 20;  // until the readers had their turns
  };
  fit(network, problem.data, options);
  done = true;
  for (auto& reader : readers) reader.join();
  std::size_t looked = 0;
  for (const auto& list : seen)
    for (const auto& answer : list) {
      ++looked;
      REQUIRE(answers.count(answer) == 1);
    }
  MESSAGE(looked, " different answers seen of ", answers.size());
  CHECK(looked >= 20);
}

TEST_CASE("weights cannot be set, nor the network compiled, from another thread in the middle of an epoch") {
  const Watchdog watchdog;
  const tools::Problem<float> problem(random_table<float>(124, 4000, 20, 1));  // seed 124
  Network<float> network(20, {dense(64, Activation::kTanh), dense(1, Activation::kLinear)}, 2);
  network.compile(sgd(1e-3), Loss::kMeanSquaredError);
  const auto start = flat(network);
  std::atomic<bool> done{false}, refused{false};
  std::thread other([&] {
    while (!done && !refused) try {
        set_flat(network, start);
      } catch (const InvalidState&) {
        refused = true;
      }
  });
  TrainOptions options;
  options.batch_size = 16;
  Trainer<float> trainer(network, problem.data, options);
  for (std::size_t epoch = 0; epoch < 30; ++epoch) trainer.run_epoch(epoch);
  done = true;
  other.join();
  CHECK(refused);
}
