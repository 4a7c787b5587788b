// Interrupts by count, and reads during training: never a partly updated set of weights.
#include <doctest/doctest.h>

#include <atomic>
#include <numeric>
#include <set>
#include <thread>

#include "penalties/penalty_panels.h"
#include "runtime/poll_here.h"
#include "stopped_training.h"
#include "training/sparsity_target.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;

}  // namespace

TEST_CASE("a poll that returns true ends training, also within a long step") {
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
  // The predictions of all snapshots; each predict() must return exactly one of them.
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
    return report.epoch < 100 || changes < 20;  // until the readers have seen enough
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

TEST_CASE("copies, thresholds and the prox of groups poll within bounded work") {
  std::size_t polls = 0, stop = 0;
  const PollScope polling([&] {
    if (++polls == stop) throw Interrupted("[test]");
  });
  const auto interrupted = [&](std::size_t expected, auto&& work) {
    polls = stop = 0;
    work();
    CHECK(polls == expected);
    for (stop = 1; stop <= expected; ++stop) {
      polls = 0;
      CHECK_THROWS_AS(work(), Interrupted);
      CHECK(polls == stop);
    }
  };
  SUBCASE("a copy of an array") {
    Buffer<float> from(10 << 20);  // 40 MB in pieces of 16 MB
    std::iota(from.data(), from.data() + from.size(), 0.0f);
    interrupted(3, [&] {
      const Buffer<float> copy(from);
      CHECK(std::equal(copy.data(), copy.data() + copy.size(), from.data()));
    });
  }
  SUBCASE("the prox of a whole array") {
    for (const Penalty& penalty : {group_l1(0.1), group_l1(0.1, GroupAxis::kOutput), l1(0.1)}) {
      const PanelPenalty<float> panels(penalty, 256, 64);
      const Buffer<float> point(256 * 64);
      const std::vector<float> metric(256 * 64, 1.0f);
      Buffer<float> w(256 * 64);
      const std::size_t parts = panels.grouped() ? 256 / kPanel<float> + panels.groups().parts() : 64 / kPanel<float>;
      interrupted(parts, [&] { panels.prox(kernels<float>(), point.data(), metric.data(), w.data()); });
    }
  }
}

TEST_CASE_TEMPLATE("a threshold is the exact quantile of the magnitudes, and polls as it is found", T, float, double) {
  constexpr std::size_t kInputs = 1100, kUnits = 1000;
  Dense layer = dense(kUnits, Activation::kRelu);
  layer.kernel_target = SparsityTarget::kLayer;
  Network<T> network(kInputs, {layer, dense(1, Activation::kLinear)}, 7);
  network.compile(sgd(), Loss::kMeanSquaredError);
  std::vector<T> magnitudes = network.weights()[0].values;
  for (T& w : magnitudes) w = std::fabs(w);
  std::sort(magnitudes.begin(), magnitudes.end());
  NetworkImpl<T>& net = network.impl();
  SparsityTargets<T> targets(net);
  std::size_t polls = 0, stop = 0;
  const PollScope polling([&] {
    if (++polls == stop) throw Interrupted("[test]");
  });
  for (const double fraction : {0.0, 0.001, 0.5, 0.9, 1.0}) {
    net.live().ramps[0] = {fraction, fraction};
    net.live().progress.iterations = 1;
    polls = stop = 0;
    targets.retarget(net.live(), 0, kernels<T>());
    CHECK(polls == 2 * sizeof(T) / 2);  // two pieces of the kernel for each 16 bits
    const auto count = static_cast<std::size_t>(std::lround(fraction * kInputs * kUnits));
    const double expected = count == 0 ? 0 : static_cast<double>(magnitudes[count - 1]);  // the padding is zeros
    CHECK(net.live().dense[0].target.threshold == expected);
    polls = 0, stop = 3;
    CHECK_THROWS_AS(targets.retarget(net.live(), 0, kernels<T>()), Interrupted);
  }
}
