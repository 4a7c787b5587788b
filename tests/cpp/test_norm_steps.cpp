// gamma and beta are trained as all weights: clipping, averages, decay, groups, constraints, ramps, stationarity.
// Layers between two dense layers prevent pruning.
#include <doctest/doctest.h>

#include "network_tools.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

constexpr std::size_t kRows = 90, kInputs = 20;

BatchNormalization batch_norm(Penalty gamma = {}, Penalty beta = {}) {
  BatchNormalization layer;
  layer.gamma_penalty = gamma, layer.beta_penalty = beta;
  return layer;
}

// More columns than a panel has.
std::vector<Layer> stack(Penalty gamma = {}, Penalty beta = {}, Penalty kernel = {}) {
  return {dense(40, Activation::kLinear), batch_norm(gamma, beta), ActivationLayer{Activation::kTanh},
          dense(2, Activation::kLinear, kernel)};
}
constexpr std::size_t kGamma = 2, kBeta = 3;  // of weights()

template <class T> Network<T> make_network(const Optimizer& optimizer, const std::vector<Layer>& layers = stack()) {
  Network<T> network(kInputs, layers, 7);
  auto start = weights(network);
  Draws draws(301);  // seed 301
  std::vector<T> all;
  for (std::size_t a = 0; a < start.size(); ++a)
    for (const T w : start[a]) all.push_back(a == kGamma || a == kBeta ? static_cast<T>(draws.uniform(0.2, 1)) : w);
  set_flat(network, all);
  network.compile(optimizer, Loss::kMeanSquaredError);
  return network;
}

template <class T> void train(Network<T>& network, std::size_t epochs, std::size_t rows = kRows,
                              std::size_t batch = 4096) {
  const tools::Problem<T> problem(random_table<T>(302, rows, kInputs, 2));  // seed 302
  FitOptions<T> options;
  options.epochs = epochs, options.batch_size = batch;
  fit(network, problem.data, options);
}

// One full-batch step of SGD at rate 1: what each array was moved by.
template <class T> std::vector<std::vector<T>> moves(const Optimizer& optimizer, std::size_t rows = kRows) {
  Network<T> network = make_network<T>(optimizer);
  auto start = weights(network);
  train(network, 1, rows);
  const auto end = weights(network);
  for (std::size_t a = 0; a < start.size(); ++a)
    for (std::size_t i = 0; i < start[a].size(); ++i) start[a][i] -= end[a][i];
  return start;
}

template <class T> double norm(const std::vector<T>& x) {
  double square = 0;
  for (const T v : x) square += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(square);
}

bool statistics(std::size_t array) { return array == 4 || array == 5; }

}  // namespace

TEST_CASE("clipping by norm counts gamma and beta") {
  const auto plain = moves<double>(sgd(1));
  double all = 0;
  for (std::size_t a = 0; a < plain.size(); ++a) all += statistics(a) ? 0 : norm(plain[a]) * norm(plain[a]);
  for (const bool global : {false, true}) {
    Optimizer o = sgd(1);
    (global ? o.global_clipnorm : o.clipnorm) = 0.01;
    const auto got = moves<double>(o);
    for (std::size_t a = 0; a < plain.size(); ++a) {
      if (statistics(a)) continue;
      const double scale = std::min(1.0, 0.01 / (global ? std::sqrt(all) : norm(plain[a])));
      for (std::size_t i = 0; i < plain[a].size(); ++i)
        CHECK(got[a][i] == doctest::Approx(scale * plain[a][i]).epsilon(1e-9).scale(1e-4));
    }
  }
}

TEST_CASE("optimality takes the gradient over all rows, with their batch statistics") {
  const std::size_t rows = 1500;  // more than a block
  const auto gradient = moves<double>(sgd(1), rows);
  const Network<double> network = make_network<double>(sgd(1));
  const tools::Problem<double> problem(random_table<double>(302, rows, kInputs, 2));
  const auto largest = [&](std::size_t a) {
    double most = 0;
    for (const double g : gradient[a]) most = std::max(most, std::fabs(g));
    return doctest::Approx(most).epsilon(1e-9);
  };
  for (const int threads : {1, 3}) {
    const Threads some(threads);
    const auto layers = optimality(network, problem.data);
    REQUIRE(layers.size() == 3);
    CHECK(layers[1].layer == 1);
    CHECK(layers[2].layer == 3);
    CHECK(layers[0].kernel == largest(0));
    CHECK(layers[1].gamma == largest(kGamma));
    CHECK(layers[1].beta == largest(kBeta));
    CHECK(layers[2].kernel == largest(6));
    CHECK(layers[2].bias == largest(7));
  }
}

TEST_CASE("penalised gamma and beta end at a stationary point") {
  const Penalty groups = group_l1(6e-3, GroupAxis::kOutput);
  for (const auto& [gamma, beta] : {std::pair{l1(6e-3), l2(0.05)}, {groups, l1(0.01)}, {mcp(6e-3, 300), l2(0.05)}}) {
    std::vector<Layer> layers = stack(gamma, beta, l2(0.02));
    std::get<Dense>(layers[0]).trainable = false;
    Network<double> network = make_network<double>(sgd(0.1, 0.9, true), layers);
    train(network, 20000);
    const tools::Problem<double> problem(random_table<double>(302, kRows, kInputs, 2));
    const auto distances = optimality(network, problem.data);
    REQUIRE(distances.size() == 2);  // of what trains
    CHECK(distances[0].gamma < 1e-8);
    CHECK(distances[0].beta < 1e-8);
    CHECK(distances[1].kernel < 1e-8);
    const auto w = weights(network)[kGamma];
    const auto zeros = std::count(w.begin(), w.end(), 0.0);
    CHECK(zeros > 3);
    CHECK(zeros < 40);
  }
}

TEST_CASE("constraints, ramps, decay and averages of gamma and beta") {
  BatchNormalization layer = batch_norm(l1(0.1));
  layer.gamma_constraint = box(0.3, 0.5), layer.beta_constraint = max_norm(0.25);
  layer.gamma_penalty = l2(0.1);
  std::vector<Layer> layers = stack();
  layers[1] = layer;
  Network<double> network = make_network<double>(adam(0.05), layers);
  network.set_strength_ramps({{}, {}, {}, {}, {1, 0.5}, {}});
  train(network, 5);
  auto w = weights(network);
  for (const double gamma : w[kGamma]) CHECK((gamma >= 0.3 && gamma <= 0.5));
  CHECK(norm(w[kBeta]) <= 0.25 * (1 + 1e-6));
  CHECK(network.penalty() == doctest::Approx(0.5 * 0.1 * norm(w[kGamma]) * norm(w[kGamma])));
  CHECK_THROWS_AS(network.set_strength_ramps({{}, {}, {}, {}}), InvalidInput);

  Optimizer decaying = sgd(1);
  decaying.weight_decay = 0.1, decaying.decay_beta = false;
  const auto plain = moves<double>(sgd(1)), decayed = moves<double>(decaying);
  const auto start = weights(make_network<double>(sgd(1)));
  for (std::size_t i = 0; i < 40; ++i) {
    CHECK(decayed[kGamma][i] == doctest::Approx(plain[kGamma][i] + 0.1 * start[kGamma][i]));
    CHECK(decayed[kBeta][i] == plain[kBeta][i]);
  }

  Optimizer averaged = sgd(1);
  averaged.use_ema = true, averaged.ema_momentum = 0.75;
  network = make_network<double>(averaged);
  train(network, 2);
  Network<double> plainly = make_network<double>(sgd(1));
  train(plainly, 1);
  const auto first = weights(plainly);
  train(plainly, 1);  // of the same order: one batch
  const auto second = weights(plainly);
  w = weights(network);
  for (const std::size_t a : {kGamma, kBeta})
    for (std::size_t i = 0; i < 40; ++i) CHECK(w[a][i] == doctest::Approx(0.75 * first[a][i] + 0.25 * second[a][i]));
}

TEST_CASE_TEMPLATE("units are pruned below a dense layer only", T, float, double) {
  const Watchdog watchdog;
  const Dense relu = dense(70, Activation::kRelu, l1(1e-3)), plain = dense(70, Activation::kLinear, l1(1e-3));
  const Dense output = dense(3, Activation::kLinear, l1(1e-3));
  Dense held = relu;
  held.trainable = false;
  const std::vector<std::vector<Layer>> stacks = {
      {relu, batch_norm(l1(1e-3)), output},
      {plain, batch_norm(), ActivationLayer{Activation::kRelu}, output},
      {relu, ActivationLayer{Activation::kTanh}, output},
      {plain, ActivationLayer{Activation::kRelu}, dense(45, Activation::kRelu), output},
      {relu, Normalization{}, dense(45, Activation::kRelu), output},
      {relu, held, dense(45, Activation::kRelu), batch_norm(), output},
  };
  for (const auto& layers : stacks) {
    const auto run = [&](bool skip, int threads) {
      const Threads some(threads);
      Network<T> network(kInputs, layers, 7);
      network.compile(adam(3e-3), Loss::kMeanSquaredError);
      auto arrays = weights(network);
      Draws draws(303);  // seed 303
      for (std::size_t j = 0; j < 70; ++j) {
        if (draws.below(2)) continue;
        for (std::size_t i = 0; i < kInputs; ++i) arrays[0][i * 70 + j] = 0;
        arrays[1][j] = draws.below(2) ? T(0) : T(-0.5);
      }
      std::vector<T> all;
      for (const auto& array : arrays) all.insert(all.end(), array.begin(), array.end());
      set_flat(network, all);
      const tools::Problem<T> problem(random_table<T>(304, 230, kInputs, 3));  // seed 304
      FitOptions<T> options;
      options.batch_size = 50, options.epochs = 6;
      if (!skip) options.hooks.begin = [](std::size_t) {};
      fit(network, problem.data, options);
      return flat(network);
    };
    const auto whole = run(false, 1);
    for (const int threads : {1, 3}) CHECK(same(whole, run(true, threads)));
  }
}
