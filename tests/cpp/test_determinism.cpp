// Equal bits: for any number of threads, for a row alone or in a batch, for any layout of rows, for equal seeds.
// Between instruction sets: tests/python/network/test_bits.py, as a process chooses its set once.
#include <doctest/doctest.h>

#include "io/crc32c.h"
#include "network_tools.h"
#include "runtime/dispatch.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

// Everything at once: widths around the vector and the panel, dropout, penalties, weights, a partial last batch.
template <class T> struct Run {
  std::vector<T> weights, outputs;
  std::vector<double> reports;
};

template <class T> Network<T> make_network(const Optimizer& optimizer, std::uint64_t seed = 5) {
  const Penalty light{1e-3, 1e-4};
  Network<T> network(
      37,
      {Dropout{0.1}, dense(33, Activation::kRelu, light), Dropout{0.3}, dense(100, Activation::kTanh, light),
       dense(10, Activation::kSigmoid, light, l2(1e-4)), dense(1, Activation::kLinear)},
      seed);
  network.compile(optimizer, Loss::kMeanSquaredError,
                  {{Metric::kMeanAbsoluteError, true}, {Metric::kMeanSquaredError}});
  return network;
}

template <class T> Table<T> make_table() {
  Table<T> t = random_table<T>(91, 203, 37, 1);  // seed 91
  t.weight = Draws(92).vector<T>(203, 0, 2);     // seed 92
  return t;
}

template <class T> Run<T> run(int threads, const Optimizer& optimizer, std::uint64_t seed = 5, std::size_t batch = 48) {
  const Threads some(threads);
  Network<T> network = make_network<T>(optimizer, seed);
  const tools::Problem<T> problem(make_table<T>());
  FitOptions<T> options;
  options.batch_size = batch, options.epochs = 3, options.seed = seed, options.validation = &problem.data;
  Run<T> result;
  for (const EpochReport& epoch : fit(network, problem.data, options))
    for (const Report& report : {epoch.training, epoch.validation}) {
      result.reports.push_back(report.loss);
      result.reports.insert(result.reports.end(), report.metrics.begin(), report.metrics.end());
    }
  result.weights = flat(network);
  result.outputs = predict(network, {problem.table.x.data(), 203, 37});
  return result;
}

template <class T> bool equal(const Run<T>& a, const Run<T>& b) {
  return same(a.weights, b.weights) && same(a.outputs, b.outputs) && same(a.reports, b.reports);
}

}  // namespace

TEST_CASE_TEMPLATE("training, evaluation and prediction have the same bits on 1 to 16 threads", T, float, double) {
  const Watchdog watchdog;
  Optimizer heavy = rmsprop(1e-3);
  heavy.momentum = 0.9;
  for (const Optimizer& optimizer : {adam(1e-2), sgd(0.05, 0.9, true), rmsprop(1e-3), heavy}) {
    const Run<T> one = run<T>(1, optimizer);
    REQUIRE(std::count(one.weights.begin(), one.weights.end(), T(0)) > 20);
    for (const int threads : {2, 3, 4, 5, 7, 8, 16})
      CHECK_MESSAGE(equal(one, run<T>(threads, optimizer)), threads, " threads, optimizer ",
                    static_cast<int>(optimizer.kind));
  }
  Optimizer averaged = nadam(1e-2), decayed = adamw(1e-2), led = ftrl(0.1);
  averaged.use_ema = true, averaged.ema_overwrite_frequency = 4, averaged.global_clipnorm = 0.1;
  decayed.clipnorm = 0.1;
  led.learning_rate_power = -0.6;
  for (const Optimizer& optimizer : {averaged, decayed, led, adam(1e-2, true), adamax(1e-2), lion(1e-3)}) {
    const Run<T> one = run<T>(1, optimizer);
    for (const int threads : {2, 5})
      CHECK_MESSAGE(equal(one, run<T>(threads, optimizer)), threads, " threads, optimizer ",
                    static_cast<int>(optimizer.kind));
  }
  for (const std::size_t batch : {std::size_t{1}, std::size_t{203}, std::size_t{1000}})
    CHECK_MESSAGE(equal(run<T>(1, adam(1e-2), 5, batch), run<T>(4, adam(1e-2), 5, batch)), "batch ", batch);
}

TEST_CASE_TEMPLATE("a batch too long for one block of rows has the same bits on any team", T, float, double) {
  const Watchdog watchdog;
  const tools::Problem<T> problem(random_table<T>(95, 4000, 9, 2));  // seed 95
  const auto trained = [&](int threads) {
    const Threads some(threads);
    Network<T> network(9, {dense(20, Activation::kTanh, l1(1e-3)), Dropout{0.2}, dense(2, Activation::kLinear)}, 1);
    network.compile(adam(), Loss::kMeanSquaredError);
    FitOptions<T> options;
    options.epochs = 3, options.batch_size = 3500;
    fit(network, problem.data, options);
    return flat(network);
  };
  for (const int threads : {2, 3, 4}) CHECK(same(trained(1), trained(threads)));
}

TEST_CASE("weights of several blocks and megabytes have the same bits on 1 to 64 threads") {
  const Watchdog watchdog;
  const tools::Problem<float> problem(random_table<float>(96, 600, 1100, 2));  // seed 96
  const auto trained = [&](int threads) {
    const Threads some(threads);
    Network<float> network(
        1100, {dense(1000, Activation::kRelu, l1(1e-3)), dense(40, Activation::kTanh), dense(2, Activation::kLinear)},
        1);
    network.compile(adam(), Loss::kMeanSquaredError);
    FitOptions<float> options;
    options.epochs = 2, options.batch_size = 256;
    const auto history = fit(network, problem.data, options);
    std::vector<float> out = flat(network);
    for (const auto& epoch : history) out.push_back(static_cast<float>(epoch.training.loss));
    return out;
  };
  const std::vector<float> one = trained(1);
  for (const int threads : {2, 3, 16, 64}) CHECK_MESSAGE(same(one, trained(threads)), threads, " threads");
}

// x86 with fused multiply-adds and AArch64 meet in these numbers, which stand for the bits of a whole training.
TEST_CASE_TEMPLATE("trained weights and predictions have the bits that they have on every machine", T, float, double) {
  if (!reference::fused(kernels<T>())) return;
  const Run<T> trained = run<T>(2, adam(1e-2));
  const std::uint32_t sum = crc32c(trained.outputs.data(), trained.outputs.size() * sizeof(T),
                                   crc32c(trained.weights.data(), trained.weights.size() * sizeof(T)));
  CHECK(sum == (sizeof(T) == 4 ? 1364182434u : 3500415135u));
}

TEST_CASE_TEMPLATE("equal seeds give equal bits, other seeds other weights", T, float, double) {
  for (int repeat = 0; repeat < 5; ++repeat) CHECK(equal(run<T>(2, adam()), run<T>(2, adam())));
  CHECK_FALSE(equal(run<T>(2, adam(), 5), run<T>(2, adam(), 6)));
  const Network<T> a = make_network<T>(adam(), 1), b = make_network<T>(adam(), 1), c = make_network<T>(adam(), 2);
  CHECK(same(flat(a), flat(b)));
  CHECK_FALSE(same(flat(a), flat(c)));
}

TEST_CASE_TEMPLATE("a row alone has the bits it has in any batch, at any place, with any stride", T, float, double) {
  const Network<T> network(
      37, {dense(33, Activation::kRelu), dense(100, Activation::kTanh), dense(10, Activation::kSoftmax)}, 3);
  constexpr std::size_t kMost = 200;
  const auto table = random_table<T>(93, kMost, 37, 1);  // seed 93
  const auto whole = predict(network, {table.x.data(), kMost, 37});
  reference::Tally tally;
  const auto compare = [&](const std::vector<T>& got, std::size_t first, std::size_t rows, const char* what) {
    for (std::size_t i = 0; i < rows * 10; ++i)
      tally.expect(same(got[i], whole[first * 10 + i]),
                   [&] { return reference::text(what, " rows ", rows, " from ", first); });
  };
  for (const int threads : {1, 3}) {
    const Threads some(threads);
    for (std::size_t rows = 1; rows <= kMost; ++rows) {
      compare(predict(network, {table.x.data(), rows, 37}), 0, rows, "first");
      const std::size_t first = kMost - rows;
      compare(predict(network, {table.x.data() + first * 37, rows, 37}), first, rows, "last");
      // Every row further apart, from an address that is aligned to nothing but its elements.
      std::vector<T> wide(rows * 41 + 1, T(NAN));
      for (std::size_t i = 0; i < rows; ++i) std::copy_n(table.x.data() + i * 37, 37, wide.data() + 1 + i * 41);
      if (rows % 7 == 1) compare(predict(network, {wide.data() + 1, rows, 37, 41}), 0, rows, "strided");
    }
    for (std::size_t i = 0; i < kMost; ++i) compare(predict(network, {table.x.data() + i * 37, 1, 37}), i, 1, "alone");
  }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
  CHECK(predict(network, {table.x.data(), 0, 37}).empty());
}

TEST_CASE_TEMPLATE("strided rows and targets train to the bits of contiguous ones", T, float, double) {
  const auto t = random_table<T>(94, 50, 7, 2);  // seed 94
  std::vector<T> x(50 * 11, T(NAN)), y(50 * 5, T(NAN));
  for (std::size_t i = 0; i < 50; ++i) {
    std::copy_n(t.x.data() + i * 7, 7, x.data() + i * 11);
    std::copy_n(t.y.data() + i * 2, 2, y.data() + i * 5);
  }
  const auto trained = [&](ConstMatrixView<T> rows, ConstMatrixView<T> targets) {
    Network<T> network(7, {dense(9, Activation::kRelu), dense(2, Activation::kLinear)}, 1);
    network.compile(adam(), Loss::kMeanSquaredError);
    const DenseRows<T> source(rows);
    FitOptions<T> options;
    options.epochs = 3, options.batch_size = 16;
    const auto history = fit(network, {&source, targets, nullptr}, options);
    auto bits = flat(network);
    bits.push_back(static_cast<T>(history.back().training.loss));
    return bits;
  };
  CHECK(same(trained({t.x.data(), 50, 7}, t.targets()), trained({x.data(), 50, 7, 11}, {y.data(), 50, 2, 5})));
}
