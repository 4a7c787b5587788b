// Batch normalization, normalization, activations alone and layers that do not train: gradients against differences of
// the loss (float64), equal bits on any team, what a snapshot holds.
#include <doctest/doctest.h>

#include "network_tools.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

constexpr std::size_t kRows = 7, kInputs = 3, kOutputs = 2;

BatchNormalization batch_norm(Penalty gamma = {}, Penalty beta = {}) {
  BatchNormalization layer;
  layer.gamma_penalty = gamma, layer.beta_penalty = beta, layer.epsilon = 0.01;
  return layer;
}

template <class T> Table<T> make_table(std::size_t rows = kRows, std::uint64_t seed = 51) {
  Table<T> t = random_table<T>(seed, rows, kInputs, kOutputs);
  t.weight = Draws(52).vector<T>(rows, 0.1, 2);  // seed 52
  return t;
}

// Stacks that bring every layer next to every other, trained and frozen.
std::vector<std::vector<Layer>> stacks() {
  const Penalty light{0.03, 0.02};
  BatchNormalization bare = batch_norm(), frozen = batch_norm(light), plain = batch_norm(light, light);
  bare.center = bare.scale = false, frozen.trainable = false;
  Normalization fixed{{0.3, -0.2, 0.1, 0.4}, {0.5, 2, 0, 1}}, back{{}, {}, true};
  fixed.variance[2] = 0.25;
  const Layer hidden = dense(4, Activation::kLinear, light, light), output = dense(kOutputs, Activation::kLinear);
  Dense held = dense(4, Activation::kTanh, light);
  held.trainable = false;
  return {
      {hidden, batch_norm(), ActivationLayer{Activation::kRelu}, output},
      {dense(4, Activation::kRelu, light), plain, output},
      {plain, dense(4, Activation::kTanh), batch_norm(), batch_norm(light), Dropout{0.3}, output, plain},
      {dense(4, Activation::kTanh), bare, ActivationLayer{Activation::kSoftmax}, dense(3, Activation::kSigmoid),
       ActivationLayer{Activation::kTanh}, output, ActivationLayer{Activation::kSigmoid}},
      {hidden, frozen, ActivationLayer{Activation::kSigmoid}, fixed, output, back},
      {held, plain, hidden, ActivationLayer{Activation::kRelu}, output},
      {hidden, held, batch_norm(), output},
  };
}

// The loss at w, and the weights after a step of SGD with a learning rate of 1 from there: w minus the gradient.
double step(Network<double>& network, Trainer<double>& trainer, const std::vector<double>& w) {
  set_flat(network, w);
  return trainer.run_epoch(0).loss;
}

// Weights that training moves by their gradient: not the moving statistics, not those of frozen layers.
std::vector<bool> moved_by_gradient(const Network<double>& network) {
  std::vector<bool> moved;
  for (const auto& array : network.weights()) {
    const Layer& layer = network.layers()[array.layer];
    const auto* spec = std::get_if<Dense>(&layer);
    const auto* norm = std::get_if<BatchNormalization>(&layer);
    const bool trains = (spec && spec->trainable) || (norm && norm->trainable && array.kind != WeightKind::kMean &&
                                                      array.kind != WeightKind::kVariance);
    moved.insert(moved.end(), array.values.size(), trains);
  }
  return moved;
}

std::vector<double> start(const Network<double>& network) {
  Draws draws(53);  // seed 53
  std::vector<double> w;
  for (const auto& array : network.weights())
    for (std::size_t i = 0; i < array.values.size(); ++i) {
      const bool positive = array.kind == WeightKind::kVariance || array.kind == WeightKind::kGamma;
      w.push_back(draws.uniform(0.2, 0.9) * (!positive && draws.below(2) ? -1 : 1));
    }
  return w;
}

// Five-point differences at two steps, the first error extrapolated away; as in test_gradients.cpp.
double worst_error(const std::vector<Layer>& layers, std::size_t& compared, std::size_t& kinks) {
  Network<double> network(kInputs, layers);
  network.compile(sgd(1), Loss::kMeanSquaredError, {}, PenaltyStep::kSubgradient);
  const tools::Problem<double> problem(make_table<double>());
  TrainOptions options;
  options.batch_size = kRows, options.shuffle = false;
  Trainer<double> trainer(network, problem.data, options);
  const auto w = start(network);
  step(network, trainer, w);
  const auto after = flat(network);
  const auto moved = moved_by_gradient(network);
  double largest = 0, worst = 0;
  for (std::size_t i = 0; i < w.size(); ++i) largest = std::max(largest, moved[i] ? std::fabs(w[i] - after[i]) : 0);
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (!moved[i]) continue;
    const auto loss_at = [&](double shift) {
      auto shifted = w;
      shifted[i] += shift;
      return step(network, trainer, shifted);
    };
    const auto slope = [&](double h) {
      return (8 * (loss_at(h) - loss_at(-h)) - (loss_at(2 * h) - loss_at(-2 * h))) / (12 * h);
    };
    const double wide = slope(0x1p-9), narrow = slope(0x1p-10), g = w[i] - after[i];
    if (std::fabs(wide - narrow) > 1e-7) {
      ++kinks;
      continue;
    }
    worst = std::max(worst, std::fabs(g - narrow - (narrow - wide) / 15) / std::max(std::fabs(g), 1e-3 * largest));
    ++compared;
  }
  return worst;
}

template <class T> std::vector<T> trained(int threads, const std::vector<Layer>& layers, std::size_t rows,
                                          std::size_t batch, std::vector<double>& losses) {
  const Threads some(threads);
  Network<T> network(kInputs, layers, 4);
  network.compile(adam(1e-2), Loss::kMeanSquaredError, {{Metric::kMeanAbsoluteError, true}});
  const tools::Problem<T> problem(make_table<T>(rows));
  FitOptions<T> options;
  options.epochs = 3, options.batch_size = batch, options.seed = 9, options.validation = &problem.data;
  for (const EpochReport& epoch : fit(network, problem.data, options)) {
    losses.push_back(epoch.training.loss);
    losses.push_back(epoch.validation.loss);
  }
  auto bits = flat(network);
  const auto out = predict(network, {problem.table.x.data(), rows, kInputs});
  bits.insert(bits.end(), out.begin(), out.end());
  return bits;
}

}  // namespace

TEST_CASE("gradients through normalizations and activations agree with differences to 1e-7 (float64)") {
  const Threads one(1);
  std::size_t compared = 0, kinks = 0;
  double worst = 0;
  for (std::size_t s = 0; s < stacks().size(); ++s) {
    const double error = worst_error(stacks()[s], compared, kinks);
    CHECK_MESSAGE(error <= 1e-7, "stack ", s);
    worst = std::max(worst, error);
  }
  MESSAGE("largest relative error ", worst, " of ", compared, " weights, ", kinks, " skipped at kinks");
  CHECK(kinks * 20 < compared);
}

TEST_CASE_TEMPLATE("stages train to the same bits on 1 to 16 threads", T, float, double) {
  const Watchdog watchdog;
  std::vector<std::vector<Layer>> wide = stacks();
  wide.push_back({dense(70, Activation::kRelu, l1(1e-3)), batch_norm(l1(1e-3)), dense(33, Activation::kLinear),
                  batch_norm(), ActivationLayer{Activation::kTanh}, dense(kOutputs, Activation::kLinear)});
  for (const auto& layers : wide)
    for (const auto& [rows, batch] : {std::pair<std::size_t, std::size_t>{50, 16}, {1300, 1300}}) {
      std::vector<double> once;
      const auto one = trained<T>(1, layers, rows, batch, once);
      for (const int threads : {2, 3, 8, 16}) {
        std::vector<double> again;
        CHECK(same(one, trained<T>(threads, layers, rows, batch, again)));
        CHECK(same(once, again));
      }
      if (&layers != &wide.front() && &layers != &wide.back()) break;  // large batches once with, once without panels
    }
}

TEST_CASE_TEMPLATE("a row alone has the bits it has in a batch", T, float, double) {
  for (const auto& layers : stacks()) {
    const Network<T> network(kInputs, layers, 3);
    const auto t = random_table<T>(54, 40, kInputs, 1);  // seed 54
    const auto whole = predict(network, {t.x.data(), 40, kInputs});
    for (std::size_t i = 0; i < 40; ++i) {
      const auto alone = predict(network, {t.x.data() + i * kInputs, 1, kInputs});
      CHECK(same(alone, std::vector<T>(whole.begin() + static_cast<std::ptrdiff_t>(i * kOutputs),
                                       whole.begin() + static_cast<std::ptrdiff_t>((i + 1) * kOutputs))));
    }
  }
}

TEST_CASE("an activation after a linear dense layer has the bits of the layer's own") {
  const auto table = make_table<float>(60);
  const tools::Problem<float> problem(table);
  const auto run = [&](const std::vector<Layer>& layers) {
    Network<float> network(kInputs, layers, 2);
    network.compile(adam(), Loss::kCategoricalCrossentropy);
    Table<float> t = table;
    for (std::size_t i = 0; i < t.y.size(); ++i) t.y[i] = static_cast<float>((i / 2 + i) % 2);
    const tools::Problem<float> classes(t);
    FitOptions<float> options;
    options.epochs = 2;
    fit(network, classes.data, options);
    return flat(network);
  };
  CHECK(same(run({dense(5, Activation::kTanh), dense(2, Activation::kSoftmax)}),
             run({dense(5, Activation::kLinear), ActivationLayer{Activation::kTanh}, dense(2, Activation::kLinear),
                  ActivationLayer{Activation::kSoftmax}})));
}

TEST_CASE_TEMPLATE("layers that are not trainable keep their bits, and their penalties are not in the loss", T, float,
                   double) {
  Dense held = dense(4, Activation::kTanh, l1(0.5), l2(0.5));
  held.trainable = false;
  BatchNormalization frozen = batch_norm(l1(0.5));
  frozen.trainable = false;
  Network<T> network(kInputs, {held, frozen, dense(kOutputs, Activation::kLinear)}, 3);
  network.compile(adam(), Loss::kMeanSquaredError);
  CHECK(network.penalty() == 0);
  const tools::Problem<T> problem(make_table<T>(40));
  FitOptions<T> options;
  options.epochs = 2;
  const auto before = weights(network);
  fit(network, problem.data, options);
  auto after = weights(network);
  for (std::size_t a = 0; a < 6; ++a) CHECK(same(before[a], after[a]));
  CHECK_FALSE(same(before[6], after[6]));
  // From the next compile() on they train.
  network.set_trainable(0, true), network.set_trainable(1, true);
  fit(network, problem.data, options);
  CHECK(same(before[0], weights(network)[0]));
  network.compile(adam(), Loss::kMeanSquaredError);
  CHECK(network.penalty() > 0);
  fit(network, problem.data, options);
  for (std::size_t a = 0; a < 6; ++a) CHECK_FALSE(same(before[a], weights(network)[a]));
  // All at rest: nothing moves, the loss is still reported.
  for (std::size_t layer = 0; layer < 3; ++layer) network.set_trainable(layer, false);
  network.compile(adam(), Loss::kMeanSquaredError);
  after = weights(network);
  CHECK(fit(network, problem.data, options).back().training.loss > 0);
  for (std::size_t a = 0; a < after.size(); ++a) CHECK(same(after[a], weights(network)[a]));
}

TEST_CASE("a diverged epoch restores the moving statistics too") {
  Network<float> network(kInputs, {dense(4, Activation::kLinear), batch_norm(), dense(kOutputs, Activation::kLinear)});
  network.compile(sgd(1e30), Loss::kMeanSquaredError);
  const tools::Problem<float> problem(make_table<float>(64));
  const auto before = flat(network);
  FitOptions<float> options;
  options.epochs = 3, options.batch_size = 8;
  CHECK_THROWS_AS(fit(network, problem.data, options), Diverged);
  CHECK(same(before, flat(network)));
}

TEST_CASE("stages can be interrupted, and keep the last full epoch") {
  const Watchdog watchdog;
  Network<float> network(kInputs, {dense(4, Activation::kRelu), batch_norm(), dense(kOutputs, Activation::kLinear)});
  network.compile(adam(), Loss::kMeanSquaredError);
  const tools::Problem<float> problem(make_table<float>(640));
  FitOptions<float> options;
  options.epochs = 1000000, options.batch_size = 8, options.poll = [] { return true; };
  std::vector<float> last = flat(network);
  options.on_epoch_end = [&](const EpochReport&) { return last = flat(network), true; };
  for (const int threads : {1, 3}) {
    const Threads some(threads);
    CHECK_THROWS_AS(fit(network, problem.data, options), Interrupted);
    CHECK(same(last, flat(network)));
  }
}

TEST_CASE_TEMPLATE("column moments are independent of blocks and team", T, float, double) {
  const auto t = random_table<T>(55, 3000, 5, 1, -1, 1);  // seed 55
  const DenseRows<T> rows({t.x.data(), 3000, 5});
  const Threads one(1);
  const ColumnMoments m = column_moments<T>(rows);
  for (std::size_t j = 0; j < 5; ++j) {
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < 3000; ++i) mean += static_cast<double>(t.x[i * 5 + j]) / 3000;
    for (std::size_t i = 0; i < 3000; ++i) variance += std::pow(static_cast<double>(t.x[i * 5 + j]) - mean, 2) / 3000;
    CHECK(m.mean[j] == doctest::Approx(mean).epsilon(1e-12));
    CHECK(m.variance[j] == doctest::Approx(variance).epsilon(1e-12));
  }
  const Threads four(4);
  CHECK(same(m.mean, column_moments<T>(rows).mean));
  CHECK(same(m.variance, column_moments<T>(rows).variance));
  const DenseRows<T> top({t.x.data(), 1000, 5}), rest({t.x.data() + 5000, 2000, 5});
  const ColumnMoments parts = merged(column_moments<T>(top), column_moments<T>(rest));
  CHECK(parts.rows == 3000);
  for (std::size_t j = 0; j < 5; ++j) CHECK(parts.variance[j] == doctest::Approx(m.variance[j]).epsilon(1e-12));
}
