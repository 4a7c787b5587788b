// Compaction: smaller networks with the same bits, and what stays of penalties and of the optimizer's state.
#include <doctest/doctest.h>

#include "network_tools.h"
#include "proxnet/compaction.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

std::vector<std::vector<Layer>> recipes() {
  return {{dense(7, Activation::kLinear)},
          {dense(30, Activation::kRelu), dense(20, Activation::kRelu), dense(3, Activation::kSoftmax)},
          {dense(30, Activation::kTanh), Dense{.units = 12, .use_bias = false}, dense(9, Activation::kSigmoid),
           dense(1, Activation::kLinear)},
          {Normalization{}, dense(25, Activation::kRelu), BatchNormalization{}, Dropout{0.3},
           dense(10, Activation::kSoftplus), ActivationLayer{Activation::kRelu}, dense(2, Activation::kLinear)},
          {BatchNormalization{.center = false}, dense(12, Activation::kSoftmax), dense(40, Activation::kElu),
           ActivationLayer{Activation::kSoftmax}, dense(2, Activation::kLinear), BatchNormalization{}}};
}

std::size_t units(const std::vector<std::vector<std::size_t>>& kept) {
  std::size_t total = 0;
  for (const auto& layer : kept) total += layer.size();
  return total;
}

}  // namespace

TEST_CASE_TEMPLATE("a compact network predicts the same bits, and there is nothing left to remove", T, float, double) {
  constexpr std::size_t kInputs = 25, kRows = 50;
  std::uint64_t seed = 450;  // seeds 450 ..
  std::size_t removed = 0;
  for (const auto& layers : recipes())
    for (const double zeros : {0.0, 0.4, 0.7, 0.9, 0.97, 1.0}) {
      Network<T> network(kInputs, layers, ++seed);
      thin(network, zeros, seed, zeros / 2);
      CAPTURE(seed);
      CAPTURE(zeros);
      const auto x = Draws(seed).vector<T>(kRows * kInputs);
      const auto expected = predict(network, {x.data(), kRows, kInputs});
      const Compacted<T> small = compact(network);
      CHECK(small.network.inputs() == kInputs);
      CHECK(same(predict(small.network, {x.data(), kRows, kInputs}), expected));
      const Compacted<T> again = compact(small.network);
      CHECK(units(again.units) == units(small.units));
      CHECK(again.inputs == small.inputs);
      CHECK(again.network.layers().size() == small.network.layers().size());
      CHECK(same(predict(again.network, {x.data(), kRows, kInputs}), expected));
      if (zeros == 0) CHECK(same(flat(small.network), flat(network)));
      removed += kInputs - small.inputs.size();
      for (const LayerSparsity& layer : network.sparsity()) removed += layer.units;
      removed -= units(small.units);
    }
  CHECK(removed > 500);
}

TEST_CASE_TEMPLATE("constants folded into biases agree to the rounding of their sum", T, float, double) {
  const double epsilon = static_cast<double>(std::numeric_limits<T>::epsilon());
  std::size_t folded_units = 0;
  for (std::uint64_t seed = 490; seed < 500; ++seed) {  // seeds 490 .. 499
    Network<T> network(20, {dense(40, Activation::kSigmoid), dense(1, Activation::kLinear)}, seed);
    thin(network, 0.5, seed, 0.25);
    const auto x = Draws(seed).vector<T>(60 * 20);
    const auto expected = predict(network, {x.data(), 60, 20});
    const Compacted<T> kept = compact(network), folded = compact(network, {.fold_constants = true});
    folded_units += units(kept.units) - units(folded.units);  // a sigmoid of a zero column is not zero
    const auto out = predict(folded.network, {x.data(), 60, 20});
    for (std::size_t r = 0; r < 60; ++r)
      CHECK(std::abs(static_cast<double>(out[r] - expected[r])) <= 2 * 40 * epsilon * 40 * 0.6);
  }
  CHECK(folded_units > 10);
}

TEST_CASE_TEMPLATE("normalizations folded into their neighbours agree to the bound that compaction.h states", T, float,
                   double) {
  // Behind the inputs, between a linear layer and its activation, before a dropout, twice in a row; the last stays.
  const std::vector<Layer> layers{Normalization{},
                                  BatchNormalization{.scale = false},
                                  Dense{.units = 18, .use_bias = false},
                                  BatchNormalization{},
                                  ActivationLayer{Activation::kTanh},
                                  BatchNormalization{.center = false},
                                  Dropout{0.4},
                                  dense(12, Activation::kSoftplus),
                                  Normalization{{}, {}, true},
                                  dense(3, Activation::kSigmoid),
                                  BatchNormalization{}};
  constexpr std::size_t kInputs = 11, kRows = 40;
  const double epsilon = static_cast<double>(std::numeric_limits<T>::epsilon());
  for (std::uint64_t seed = 520; seed < 530; ++seed) {  // seeds 520 .. 529
    Network<T> network(kInputs, layers, seed);
    thin(network, 0.3, seed, 0.2);
    network.compile(adam(), Loss::kMeanSquaredError);
    const auto x = Draws(seed).vector<T>(kRows * kInputs);
    const auto expected = predict(network, {x.data(), kRows, kInputs});
    const Compacted<T> small = compact(network, {.fold_norms = true});
    CHECK(small.layers == std::vector<std::size_t>{2, 4, 6, 7, 9, 10});
    CHECK(small.network.compiled());
    CHECK(small.network.iterations() == 0);
    // Every |weight| <= 0.6, variance 0.5 and |x| <= 1: no sum of absolute terms exceeds 60, and three layers follow.
    const auto out = predict(small.network, {x.data(), kRows, kInputs});
    for (std::size_t r = 0; r < out.size(); ++r)
      CHECK(std::abs(static_cast<double>(out[r] - expected[r])) <= 3 * (18 + 3) * epsilon * 60);
    const Compacted<T> again = compact(small.network, {.fold_norms = true});
    CHECK(same(predict(again.network, {x.data(), kRows, kInputs}), out));
  }
  Network<T> steep(1, {Normalization{}, dense(1, Activation::kLinear)}, 1);
  const std::vector<T> values{T(0), T(0), std::numeric_limits<T>::max() / 4, T(0)};  // mean, variance, kernel, bias
  set_flat(steep, values);
  CHECK_THROWS_AS(compact(steep, {.fold_norms = true}), InvalidInput);
}

TEST_CASE("what is left trains on: penalties of what stays, the optimizer's state, the epoch") {
  // Inputs 0, 3 and units 1, 4 are cut off; factors and groups follow the inputs that stay.
  Penalty penalty = group_l1(0.01);
  penalty.groups = {{0, 3}, {1, 2}, {4, 5}}, penalty.factors = {7, 2, 3};
  Penalty second = l1(0.02);
  second.factors = {1, 9, 2, 3, 9, 4};
  Network<double> network(6, {dense(6, Activation::kRelu, penalty), dense(1, Activation::kLinear, second)}, 3);
  auto arrays = network.weights();
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 6; ++j)
      if (i == 0 || i == 3 || j == 1 || j == 4) arrays[0].values[i * 6 + j] = 0;
  arrays[2].values[1] = arrays[2].values[4] = 0;
  std::vector<ConstMatrixView<double>> views;
  for (const auto& array : arrays) views.emplace_back(array.values.data(), array.rows, array.cols);
  network.set_weights(views);
  network.compile(adam(1e-2), Loss::kMeanSquaredError);
  const tools::Problem<double> problem(random_table<double>(501, 64, 6, 1));
  Compacted<double> small = compact(network);
  CHECK(small.inputs == std::vector<std::size_t>{1, 2, 4, 5});
  CHECK(small.units == std::vector<std::vector<std::size_t>>{{0, 2, 3, 5}, {0}});
  CHECK(small.network.penalty() == doctest::Approx(network.penalty()).epsilon(1e-14));
  CHECK(small.network.compiled());
  FitOptions<double> options;
  options.epochs = 3, options.batch_size = 16;
  const auto history = fit(small.network, problem.data, options);
  CHECK(history.back().training.loss < history.front().training.loss);
  CHECK(small.network.iterations() == 12);
  const Compacted<double> copy = compact(small.network);  // nothing to remove: a copy with the optimizer's state
  Network<double> twin = compact(small.network).network;
  fit(twin, problem.data, options), fit(small.network, problem.data, options);
  CHECK(same(flat(twin), flat(small.network)));
  CHECK(!same(flat(copy.network), flat(twin)));
}

TEST_CASE("a selection of columns is checked") {
  CHECK_THROWS_WITH_AS((Network<float>(3, {ColumnSelection{{0, 3}}, dense(1, Activation::kLinear)}, 1)),
                       "[ColumnSelection] columns must be less than the number of inputs, 3, columns[1] = 3",
                       InvalidInput);
  CHECK_THROWS_WITH_AS((Network<float>(3, {ColumnSelection{{2, 1}}, dense(1, Activation::kLinear)}, 1)),
                       "[ColumnSelection] columns must increase, columns[1] = 1 stands behind 2", InvalidInput);
  CHECK_THROWS_WITH_AS(
      (Network<float>(3, {dense(3, Activation::kRelu), ColumnSelection{{0}}, dense(1, Activation::kLinear)}, 1)),
      "[ColumnSelection] it must be the first layer", InvalidInput);
}
