// Clipping by norm: lengths, directions, bits, and the stationary points with penalties.
#include <doctest/doctest.h>

#include "network_tools.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

Optimizer clipped(Optimizer o, double norm, double global_norm = 0) {
  o.clipnorm = norm, o.global_clipnorm = global_norm;
  return o;
}

// Kernels of several tiles, and biases.
template <class T> Network<T> make_network(const Optimizer& optimizer, Penalty penalty = {}) {
  Network<T> network(70, {dense(45, Activation::kTanh, penalty), dense(3, Activation::kLinear, penalty)}, 7);
  network.compile(optimizer, Loss::kMeanSquaredError);
  return network;
}

template <class T> std::vector<std::vector<T>> trained(Network<T> network, std::size_t epochs, std::size_t batch) {
  const tools::Problem<T> problem(random_table<T>(201, 90, 70, 3));  // seed 201
  FitOptions<T> options;
  options.epochs = epochs, options.batch_size = batch;
  fit(network, problem.data, options);
  return weights(network);
}

// One full-batch step of SGD at rate 1: the gradient each array was moved by.
template <class T> std::vector<std::vector<T>> gradients(const Optimizer& optimizer) {
  Network<T> network = make_network<T>(optimizer);
  auto start = weights(network);
  const auto end = trained<T>(std::move(network), 1, 90);
  for (std::size_t a = 0; a < start.size(); ++a)
    for (std::size_t i = 0; i < start[a].size(); ++i) start[a][i] -= end[a][i];
  return start;
}

template <class T> double norm(const std::vector<T>& x) {
  double square = 0;
  for (const T v : x) square += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(square);
}

}  // namespace

TEST_CASE_TEMPLATE("clipnorm scales each array, global_clipnorm all of them, by one number", T, float, double) {
  const auto plain = gradients<T>(sgd(1));
  double all = 0;
  for (const auto& g : plain) all += norm(g) * norm(g);
  for (const double limit : {0.02, 0.1}) {
    for (const bool global : {false, true}) {
      const auto got = gradients<T>(clipped(sgd(1), global ? 0 : limit, global ? limit : 0));
      for (std::size_t a = 0; a < plain.size(); ++a) {
        const double length = global ? std::sqrt(all) : norm(plain[a]), scale = std::min(1.0, limit / length);
        reference::Tally tally;
        for (std::size_t i = 0; i < plain[a].size(); ++i)
          tally.expect(std::fabs(got[a][i] - scale * plain[a][i]) <= 4 * reference::kRound<T>,
                       [&] { return reference::text("array ", a, ": ", got[a][i], " for ", scale * plain[a][i]); });
        CHECK_MESSAGE(tally.wrong == 0, tally.first);
      }
    }
  }
}

TEST_CASE_TEMPLATE("a norm above all gradients changes no bit, and clipped steps have the same bits on any team", T,
                   float, double) {
  const Watchdog watchdog;
  for (const Optimizer& o : {adam(1e-2), sgd(0.05, 0.9, true), rmsprop(1e-3)}) {
    const Penalty light{1e-3, 1e-4};
    const auto plain = trained(make_network<T>(o, light), 3, 32);
    CHECK(plain == trained(make_network<T>(clipped(o, 1e6), light), 3, 32));
    CHECK(plain == trained(make_network<T>(clipped(o, 0, 1e6), light), 3, 32));
    const auto on = [&](int threads) {
      const Threads some(threads);
      return trained(make_network<T>(clipped(o, 0, 0.05), light), 3, 32);
    };
    CHECK(plain != on(1));
    for (const int threads : {2, 3, 5, 8}) CHECK(on(1) == on(threads));
  }
}

TEST_CASE("clipped steps end at the stationary points of the stated objective") {
  // Diagonal least squares: rows e_i, so that w_i = soft(y_i, threshold) is the exact solution.
  constexpr std::size_t kRows = 8;
  Table<double> t{kRows, kRows, 1, std::vector<double>(kRows * kRows), std::vector<double>(kRows), {}};
  for (std::size_t i = 0; i < kRows; ++i)
    t.x[i * kRows + i] = 1, t.y[i] = (i % 2 ? -1.0 : 1.0) * static_cast<double>(i);
  const tools::Problem<double> problem(t);
  for (const Optimizer& o : {clipped(sgd(1), 0.05), clipped(sgd(1), 0, 0.05)}) {
    Network<double> network(kRows, {Dense{1, Activation::kLinear, l1(0.5), {}, false}}, 1);
    network.compile(o, Loss::kMeanSquaredError);
    FitOptions<double> options;
    options.epochs = 4000, options.batch_size = kRows;
    fit(network, problem.data, options);
    // d/dw of sum (w_i - y_i)^2 / 8 + |w_i| / 2: |w_i| = |y_i| - 2
    const auto w = flat(network);
    for (std::size_t i = 0; i < kRows; ++i) {
      const double want = std::copysign(std::max(0.0, std::fabs(t.y[i]) - 2), t.y[i]);
      CHECK(std::fabs(w[i] - want) <= 1e-9);
      if (want == 0) CHECK(w[i] == 0);
    }
  }
}

TEST_CASE("norms out of range, or both at once, are refused") {
  for (const double bad : {-1.0, static_cast<double>(NAN), static_cast<double>(INFINITY)})
    CHECK_THROWS_WITH_AS(make_network<float>(clipped(adam(), bad)),
                         doctest::Contains("[compile] clipnorm must be finite and not negative"), InvalidInput);
  CHECK_THROWS_WITH_AS(make_network<float>(clipped(adam(), 1, 1)),
                       doctest::Contains("only one of clipnorm, global_clipnorm and clipvalue"), InvalidInput);
}
