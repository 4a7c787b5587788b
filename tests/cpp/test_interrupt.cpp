// Stopping a network that trains, by count, and looking in meanwhile: never a half-trained set of weights.
#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

#include "stopped_training.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;

}  // namespace

TEST_CASE("a poll that says stop ends training there, also inside a long step") {
  const Watchdog watchdog;
  SUBCASE("many small steps") { stop_training(sgd(1e-3), 121, 2000, 10, 8, 16); }
  SUBCASE("a wide network") { stop_training(sgd(1e-3), 121, 256, 2000, 2000, 256); }
  SUBCASE("one batch of many rows") { stop_training(sgd(1e-3), 121, 100000, 20, 200, 100000); }
  SUBCASE("one batch of many wide rows") { stop_training(sgd(1e-3), 121, 20000, 800, 64, 20000); }
}

TEST_CASE("evaluate and predict can be interrupted as well") {
  const Watchdog watchdog;
  const Threads two(2);
  const EveryPoll every;
  const tools::Problem<float> problem(random_table<float>(122, 2000, 1500, 1));  // seed 122
  Network<float> network(
      1500, {dense(1500, Activation::kRelu), dense(1500, Activation::kRelu), dense(1, Activation::kLinear)}, 2);
  network.compile(sgd(), Loss::kMeanSquaredError);
  const ConstMatrixView<float> x(problem.table.x.data(), 2000, 1500);
  std::vector<float> out(2000);
  std::size_t polls = 0, stop = 0;
  const std::function<bool()> poll = [&] { return ++polls == stop; };
  const auto interrupted = [&](auto&& work) {
    polls = stop = 0;
    work();
    const std::size_t asked = polls;
    CHECK(2.0 * 2000 * 1500 * 3001 / 2 / static_cast<double>(asked) <= kMostBetweenPolls);
    for (const std::size_t at : {std::size_t{1}, asked / 4, asked / 2}) {
      polls = 0, stop = at;
      CHECK_THROWS_AS(work(), Interrupted);
      CHECK(polls == at);
    }
  };
  interrupted([&] { evaluate(network, problem.data, poll); });
  interrupted([&] { network.predict(x, {out.data(), 2000, 1}, poll); });
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
