// Networks: weights in and out, errors, zeros and reachability, initial weights.
#include <doctest/doctest.h>

#include <functional>

#include "network_tools.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

template <class F> std::string refusal(F&& f) {
  try {
    f();
  } catch (const InvalidInput& e) {
    return e.what();
  }
  return "accepted";
}

// Is there a path of non-zero weights from any input through node `node` of level `level` to any output? By walking
// all.
bool on_a_path(const std::vector<std::vector<double>>& kernels, const std::vector<std::size_t>& widths,
               std::size_t level, std::size_t node) {
  const std::function<bool(std::size_t, std::size_t)> back = [&](std::size_t l, std::size_t n) {
    if (l == 0) return true;
    for (std::size_t i = 0; i < widths[l - 1]; ++i)
      if (kernels[l - 1][i * widths[l] + n] != 0 && back(l - 1, i)) return true;
    return false;
  };
  const std::function<bool(std::size_t, std::size_t)> on = [&](std::size_t l, std::size_t n) {
    if (l + 1 == widths.size()) return true;
    for (std::size_t j = 0; j < widths[l + 1]; ++j)
      if (kernels[l][n * widths[l + 1] + j] != 0 && on(l + 1, j)) return true;
    return false;
  };
  return back(level, node) && on(level, node);
}

}  // namespace

TEST_CASE_TEMPLATE("weights come back as they were set, for widths around vector and panel", T, float, double) {
  Draws draws(131);  // seed 131
  for (const std::size_t width : {1, 2, 15, 16, 17, 31, 32, 33, 64, 65, 100}) {
    Network<T> network(3, {dense(width, Activation::kRelu), Dropout{0.5}, Dense{.units = 4, .use_bias = false}}, 1);
    const auto arrays = network.weights();
    REQUIRE(arrays.size() == 3);
    CHECK((arrays[0].rows == 3 && arrays[0].cols == width && arrays[0].kind == WeightKind::kKernel));
    CHECK((arrays[1].rows == 1 && arrays[1].cols == width && arrays[1].kind == WeightKind::kBias));
    CHECK((arrays[2].rows == width && arrays[2].cols == 4 && arrays[2].kind == WeightKind::kKernel));
    const auto values = draws.vector<T>(flat(network).size());
    set_flat(network, values);
    CHECK(same(flat(network), values));
    // By hand: relu(x W + b) V.
    const std::vector<T> x = {T(0.5), T(-1), T(2)};
    const auto out = predict(network, {x.data(), 1, 3});
    for (std::size_t k = 0; k < 4; ++k) {
      double total = 0;
      for (std::size_t j = 0; j < width; ++j) {
        double z = values[3 * width + j];
        for (std::size_t i = 0; i < 3; ++i) z += static_cast<double>(x[i]) * values[i * width + j];
        total += std::max(z, 0.0) * values[4 * width + j * 4 + k];
      }
      CHECK(std::fabs(out[k] - total) <=
            static_cast<double>(width + 6) * 8 * reference::kRound<T> * static_cast<double>(width));
    }
  }
}

TEST_CASE("invalid networks are refused") {
  using F = Network<float>;
  CHECK(refusal([] { F(0, {Dense{1}}); }) == "[Network] inputs must be at least 1, got 0");
  CHECK(refusal([] { F(3, {}); }) == "[Network] there must be a Dense layer, and the last layer must not be a Dropout");
  CHECK(refusal([] { F(3, {Dense{1}, Dropout{0.1}}); }) ==
        "[Network] there must be a Dense layer, and the last layer must not be a Dropout");
  CHECK(refusal([] { F(3, {Dense{0}}); }) == "[Dense] units must be at least 1, got 0");
  CHECK(refusal([] { F(3, {Dropout{1}, Dense{1}}); }) == "[Dropout] rate must be in [0, 1), got 1");
  CHECK(refusal([] { F(3, {Dropout{NAN}, Dense{1}}); }) == "[Dropout] rate must be in [0, 1), got nan");
  CHECK(refusal([] { F(3, {dense(1, Activation::kLinear, l1(-1))}); }) ==
        "[Dense] kernel penalty: l1 must be finite and not negative, got -1");
  CHECK(refusal([] { F(3, {dense(1, Activation::kSoftmax)}); }).find("softmax needs at least 2 units") !=
        std::string::npos);
  // A size whose product leaves size_t must not become a small allocation.
  CHECK(refusal([] { F(std::size_t{1} << 40, {Dense{std::size_t{1} << 40}}); }).find("too large") != std::string::npos);
  CHECK(refusal([] { F(2, {Dense{~std::size_t{0} - 3}}); }).find("too large") != std::string::npos);

  F network(2, {Dense{3}});
  const std::vector<float> w(6), b(3), bad = {0, 0, 0, 0, NAN, 0};
  CHECK(refusal([&] { network.set_weights({{w.data(), 2, 3}}); }) ==
        "[set_weights] the network has 2 arrays of weights, got 1");
  CHECK(refusal([&] { network.set_weights({{w.data(), 3, 2}, {b.data(), 1, 3}}); }) ==
        "[set_weights] weights[0] must have shape (2, 3), got (3, 2)");
  const auto before = flat(network);
  CHECK(refusal([&] { network.set_weights({{bad.data(), 2, 3}, {b.data(), 1, 3}}); }) ==
        "[set_weights] weights must be finite, weights[0][1, 1] = nan");
  CHECK(same(flat(network), before));

  std::vector<float> x(4), out(6);
  CHECK(refusal([&] { network.predict({x.data(), 1, 4}, {out.data(), 1, 3}); }) ==
        "[predict] x must have 2 columns, got 4");
  CHECK(refusal([&] { network.predict({x.data(), 2, 2}, {out.data(), 1, 3}); }) ==
        "[predict] out must have shape (2, 3), got (1, 3)");
  x[3] = INFINITY;
  CHECK(refusal([&] { network.predict({x.data(), 2, 2}, {out.data(), 2, 3}); }) ==
        "[predict] x must be finite, x[1, 1] = inf");
}

TEST_CASE("optimizers out of range are refused by name") {
  Network<float> network(2, {Dense{3}});
  const auto with = [&](auto change) {
    Optimizer o = adam();
    change(o);
    return refusal([&] { network.compile(o, Loss::kMeanSquaredError); });
  };
  CHECK(with([](Optimizer& o) { o.learning_rate = 0; }) ==
        "[compile] learning_rate must be finite and positive, got 0");
  CHECK(with([](Optimizer& o) { o.learning_rate = NAN; }) ==
        "[compile] learning_rate must be finite and positive, got nan");
  CHECK(with([](Optimizer& o) { o.momentum = 1; }) == "[compile] momentum must be in [0, 1), got 1");
  CHECK(with([](Optimizer& o) { o.beta_1 = -0.1; }) == "[compile] beta_1 must be in [0, 1), got -0.1");
  CHECK(with([](Optimizer& o) { o.beta_2 = NAN; }) == "[compile] beta_2 must be in [0, 1), got nan");
  CHECK(with([](Optimizer& o) { o.rho = 2; }) == "[compile] rho must be in [0, 1), got 2");
  CHECK(with([](Optimizer& o) { o.epsilon = 0; }) == "[compile] epsilon must be finite and positive, got 0");
  CHECK_FALSE(network.compiled());
  network.compile(adam(), Loss::kMeanSquaredError);
  CHECK(refusal([&] { network.set_learning_rate(-1); }) ==
        "[optimizer] learning_rate must be finite and positive, got -1");
  CHECK(network.optimizer().learning_rate == 1e-3);
}

TEST_CASE("data that does not fit is refused before training, with the element") {
  Network<float> network(2, {dense(3, Activation::kSoftmax)});
  std::vector<float> x(8), y = {0, 1, 2, 1}, weight(4, 1);
  const auto attempt = [&](std::size_t rows, std::size_t cols, std::size_t y_rows, std::size_t y_cols) {
    const DenseRows<float> source({x.data(), rows, cols});
    const Data<float> data{&source, {y.data(), y_rows, y_cols}, weight.data()};
    return refusal([&] { Trainer<float>(network, data, {}); });
  };
  CHECK_THROWS_WITH_AS(attempt(4, 2, 4, 1), "[fit] the network must be compiled first", InvalidState);
  network.compile(adam(), Loss::kSparseCategoricalCrossentropy);
  CHECK(attempt(4, 2, 4, 1) == "accepted");
  CHECK(attempt(0, 2, 0, 1) == "[fit] x must have at least one row, got 0");
  CHECK(attempt(2, 4, 2, 1) == "[fit] x must have 2 columns, got 4");
  CHECK(attempt(4, 2, 3, 1) == "[fit] x and y must have the same number of rows, got 4 and 3");
  CHECK(attempt(2, 2, 2, 2) == "[fit] y must have 1 columns, got 2");
  y[2] = 3;
  CHECK(attempt(4, 2, 4, 1) == "[fit] y must hold class numbers 0 to 2, y[2] = 3");
  y[2] = 0.5F;
  CHECK(attempt(4, 2, 4, 1) == "[fit] y must hold class numbers 0 to 2, y[2] = 0.5");
  y[2] = NAN;
  CHECK(attempt(4, 2, 4, 1) == "[fit] y must be finite, y[2, 0] = nan");
  y[2] = 0, weight[1] = -1;
  CHECK(attempt(4, 2, 4, 1) == "[fit] sample_weight must be finite and not negative, sample_weight[1] = -1");
  weight.assign(4, 0);
  CHECK(attempt(4, 2, 4, 1) == "[fit] sample_weight must not be all zero");
  weight.assign(4, 1), x[5] = NAN;
  // What is not finite in x is found when it is read, and the weights are as they were.
  const auto kernel = [&] { return network.weights().front().values; };
  const auto before = kernel();
  const DenseRows<float> source({x.data(), 4, 2});
  const Data<float> data{&source, {y.data(), 4, 1}, weight.data()};
  TrainOptions options;
  options.batch_size = 1, options.shuffle = false;
  CHECK(refusal([&] { Trainer<float>(network, data, options).run_epoch(0); }) ==
        "[fit] x must be finite, x[2, 1] = nan");
  CHECK(network.iterations() == 0);
  CHECK(kernel() == before);
}

TEST_CASE_TEMPLATE("sparsity counts exact zeros, and finds the units on a path as enumerating all paths does", T, float,
                   double) {
  Draws draws(132);  // seed 132
  for (int turn = 0; turn < 150; ++turn) {
    const std::vector<std::size_t> widths = {1 + draws.below(5), 1 + draws.below(5), 1 + draws.below(5),
                                             1 + draws.below(3)};
    Network<T> network(widths[0], {Dense{widths[1]}, Dropout{0.1}, Dense{widths[2]}, Dense{widths[3]}}, 1);
    auto values = draws.vector<T>(flat(network).size(), 0.1, 1);
    for (T& v : values)
      if (draws.uniform(0, 1) < 0.65) v = draws.below(2) ? T(0) : T(-0.0);
    set_flat(network, values);
    std::vector<std::vector<double>> kernels;
    for (const auto& a : network.weights())
      if (a.kind == WeightKind::kKernel) kernels.emplace_back(a.values.begin(), a.values.end());
    const auto layers = network.sparsity();
    REQUIRE(layers.size() == 3);
    for (std::size_t d = 0; d < 3; ++d) {
      const LayerSparsity& s = layers[d];
      CHECK(s.weights == widths[d] * widths[d + 1]);
      CHECK(s.zeros == static_cast<std::size_t>(std::count(kernels[d].begin(), kernels[d].end(), 0.0)));
      CHECK(s.bytes == (s.weights + s.biases) * sizeof(T));
      std::size_t used = 0, alive = 0;
      for (std::size_t i = 0; i < widths[d]; ++i) {
        CHECK(s.input_used[i] == on_a_path(kernels, widths, d, i));
        used += s.input_used[i];
      }
      for (std::size_t j = 0; j < widths[d + 1]; ++j) {
        CHECK(s.unit_alive[j] == on_a_path(kernels, widths, d + 1, j));
        alive += s.unit_alive[j];
      }
      CHECK((s.inputs_used == used && s.units_alive == alive && s.inputs == widths[d] && s.units == widths[d + 1]));
    }
  }
}

TEST_CASE("initial weights have the limits and deviations of Keras' initialisers") {
  const auto drawn = [](Initializer kind) {
    Network<double> network(300, {Dense{.units = 200, .kernel_initializer = kind}}, 133);  // seed 133
    return network.weights()[0].values;
  };
  const auto check = [&](Initializer kind, double deviation, double limit) {
    const auto w = drawn(kind);
    double sum = 0, squares = 0, most = 0;
    for (const double x : w) sum += x, squares += x * x, most = std::max(most, std::fabs(x));
    const double n = static_cast<double>(w.size());
    CHECK(std::fabs(sum / n) <= 5 * deviation / std::sqrt(n));
    CHECK(std::sqrt(squares / n) == doctest::Approx(deviation).epsilon(5 / std::sqrt(2 * n)));
    CHECK(most <= limit);
    CHECK(most >= 0.99 * limit);
  };
  const double cut = 0.87962566103423978;
  check(Initializer::kGlorotUniform, std::sqrt(2.0 / 500), std::sqrt(6.0 / 500));
  check(Initializer::kHeUniform, std::sqrt(2.0 / 300), std::sqrt(6.0 / 300));
  check(Initializer::kGlorotNormal, std::sqrt(2.0 / 500), 2 * std::sqrt(2.0 / 500) / cut);
  check(Initializer::kHeNormal, std::sqrt(2.0 / 300), 2 * std::sqrt(2.0 / 300) / cut);
}
