// Penalties that enter through the gradient, of outputs and of angles between rows or columns: gradients against
// differences of the reported loss, values against their formulas, equal bits on any team.
#include <doctest/doctest.h>

#include "network_tools.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

constexpr std::size_t kRows = 9, kInputs = 5, kOutputs = 3;

Dense active(std::size_t units, Activation activation, Activity activity) {
  Dense layer = dense(units, activation);
  layer.activity = activity;
  return layer;
}

std::vector<std::vector<Layer>> stacks() {
  const Activity both{0.03, 0.02};
  const Layer output = dense(kOutputs, Activation::kLinear);
  const Penalty rows = orthogonal(0.7), columns = orthogonal(0.6, GroupAxis::kOutput);
  return {
      {active(40, Activation::kRelu, both), dense(6, Activation::kTanh), output},
      {active(7, Activation::kGelu, both), ActivityRegularization{{0.01, 0}}, Dropout{0.4},
       ActivityRegularization{both}, output},
      {ActivityRegularization{both}, dense(7, Activation::kLinear), ActivityRegularization{both},
       ActivationLayer{Activation::kRelu, both}, output},
      {dense(7, Activation::kLinear), BatchNormalization{}, ActivityRegularization{both},
       ActivationLayer{Activation::kMish, both}, active(kOutputs, Activation::kSigmoid, both)},
      {dense(7, Activation::kTanh, rows), dense(6, Activation::kTanh, columns),
       dense(kOutputs, Activation::kLinear, rows)},
      {active(50, Activation::kSigmoid, both), dense(36, Activation::kTanh, columns), output},
      {dense(6, Activation::kTanh), active(kOutputs, Activation::kSoftmax, both)},
  };
}

Loss loss_of(const std::vector<Layer>& layers) {
  const auto* last = std::get_if<Dense>(&layers.back());
  const bool classes = last && last->activation == Activation::kSoftmax;
  return classes ? Loss::kCategoricalCrossentropy : Loss::kMeanSquaredError;
}

template <class T> Table<T> make_table(std::size_t rows = kRows) {
  Table<T> t = random_table<T>(401, rows, kInputs, kOutputs);  // seed 401
  for (std::size_t i = 0; i < t.y.size(); ++i) t.y[i] = static_cast<T>(i % kOutputs == i / kOutputs % kOutputs);
  t.weight = Draws(402).vector<T>(rows, 0.1, 2);  // seed 402
  return t;
}

// Five-point differences at two steps, the first error extrapolated away; as in test_gradients.cpp.
double worst_error(const std::vector<Layer>& layers, std::size_t& compared, std::size_t& kinks) {
  Network<double> network(kInputs, layers, 5);
  network.compile(sgd(1), loss_of(layers), {}, PenaltyStep::kSubgradient);
  const tools::Problem<double> problem(make_table<double>());
  TrainOptions options;
  options.batch_size = kRows, options.shuffle = false;
  Trainer<double> trainer(network, problem.data, options);
  const auto step = [&](const std::vector<double>& w) {
    set_flat(network, w);
    return trainer.run_epoch(0).loss;
  };
  std::vector<double> w;
  std::vector<bool> moved;
  Draws draws(403);  // seed 403
  for (const auto& array : network.weights()) {
    const bool statistics = array.kind == WeightKind::kMean || array.kind == WeightKind::kVariance;
    for (std::size_t i = 0; i < array.values.size(); ++i) {
      w.push_back(draws.uniform(0.1, 0.7) * (!statistics && draws.below(2) ? -1 : 1));
      moved.push_back(!statistics);
    }
  }
  step(w);
  const auto after = flat(network);
  double largest = 0, worst = 0;
  for (std::size_t i = 0; i < w.size(); ++i) largest = std::max(largest, moved[i] ? std::fabs(w[i] - after[i]) : 0);
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (!moved[i]) continue;
    const auto loss_at = [&](double shift) {
      auto shifted = w;
      shifted[i] += shift;
      return step(shifted);
    };
    const auto slope = [&](double h) {
      return (8 * (loss_at(h) - loss_at(-h)) - (loss_at(2 * h) - loss_at(-2 * h))) / (12 * h);
    };
    const double wide = slope(0x1p-9), narrow = slope(0x1p-10), g = w[i] - after[i];
    if (std::fabs(wide - narrow) > 1e-7) {
      ++kinks;
      continue;
    }
    worst = std::max(worst, std::fabs(g - narrow - (narrow - wide) / 15) / std::max(std::fabs(g), 1e-2 * largest));
    ++compared;
  }
  return worst;
}

}  // namespace

TEST_CASE("gradients of activity and orthogonal penalties agree with differences to 1e-7 (float64)") {
  const Threads one(1);
  for (std::size_t s = 0; s < stacks().size(); ++s) {
    std::size_t compared = 0, kinks = 0;
    const double error = worst_error(stacks()[s], compared, kinks);
    CHECK_MESSAGE(error <= 1e-7, "stack ", s);
    CHECK_MESSAGE(kinks * 4 < compared, "stack ", s, ": ", kinks, " kinks, ", compared, " compared");
  }
}

TEST_CASE_TEMPLATE(
    "activity and orthogonal penalties train to the same bits on 1 to 5 threads, with and without pruning", T, float,
    double) {
  const Watchdog watchdog;
  for (const auto& layers : stacks()) {
    const tools::Problem<T> problem(make_table<T>(150));
    const auto run = [&](int threads, bool hooked, std::vector<double>& losses) {
      const Threads some(threads);
      Network<T> network(kInputs, layers, 4);
      network.compile(adam(1e-2), loss_of(layers));
      FitOptions<T> options;
      options.epochs = 3, options.batch_size = 64, options.validation = &problem.data;
      if (hooked) options.hooks.begin = [](std::size_t) {};
      for (const EpochReport& epoch : fit(network, problem.data, options)) {
        losses.push_back(epoch.training.loss);
        losses.push_back(epoch.validation.loss);
      }
      return flat(network);
    };
    std::vector<double> once;
    const auto one = run(1, true, once);
    for (const int threads : {1, 2, 5}) {
      std::vector<double> again;
      CHECK(same(one, run(threads, false, again)));
      CHECK(same(once, again));
    }
  }
}

TEST_CASE("the orthogonal penalty is the mean |cos| of the pairs") {
  const std::vector<double> w = Draws(404).vector<double>(70 * 40, -1, 1);  // seed 404
  for (const GroupAxis axis : {GroupAxis::kInput, GroupAxis::kOutput}) {
    const bool rows = axis == GroupAxis::kInput;
    const std::size_t n = rows ? 70 : 40, m = rows ? 40 : 70;
    const auto at = [&](std::size_t i, std::size_t j) { return rows ? w[i * 40 + j] : w[j * 40 + i]; };
    double total = 0;
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = a + 1; b < n; ++b) {
        double ab = 0, aa = 0, bb = 0;
        for (std::size_t j = 0; j < m; ++j)
          ab += at(a, j) * at(b, j), aa += at(a, j) * at(a, j), bb += at(b, j) * at(b, j);
        total += std::fabs(ab) / std::sqrt(aa * bb);
      }
    const double wanted = 0.3 * total / (static_cast<double>(n * (n - 1)) / 2);
    CHECK(value(orthogonal(0.3, axis), w.data(), {70, 40}) == doctest::Approx(wanted).epsilon(1e-12));
    Network<double> network(70, {dense(40, Activation::kTanh, orthogonal(0.3, axis)), dense(1, Activation::kLinear)});
    auto all = flat(network);
    std::copy(w.begin(), w.end(), all.begin());
    set_flat(network, all);
    CHECK(network.penalty() == doctest::Approx(wanted).epsilon(1e-12));
  }
}

TEST_CASE("evaluate counts activity penalties as the mean over rows, and training makes outputs small") {
  const Activity activity{0.5, 0.25};
  Network<double> network(kInputs, {active(4, Activation::kTanh, activity), dense(kOutputs, Activation::kLinear)}, 1);
  Network<double> plain(kInputs, {dense(4, Activation::kTanh), dense(kOutputs, Activation::kLinear)}, 1);
  Network<double> hidden(kInputs, {dense(4, Activation::kTanh)}, 1);
  network.compile(sgd(0.1), Loss::kMeanSquaredError), plain.compile(sgd(0.1), Loss::kMeanSquaredError);
  const tools::Problem<double> problem(make_table<double>(200));
  const auto outputs = [&] {
    auto w = weights(network);
    std::vector<double> first(w[0]);
    first.insert(first.end(), w[1].begin(), w[1].end());
    set_flat(hidden, first);
    double total = 0;
    for (const double h : predict(hidden, {problem.table.x.data(), 200, kInputs}))
      total += activity.l1 * std::fabs(h) + activity.l2 * h * h;
    return total / 200;
  };
  const double before = outputs();
  CHECK(evaluate(network, problem.data).loss ==
        doctest::Approx(evaluate(plain, problem.data).loss + before).epsilon(1e-12));
  FitOptions<double> options;
  options.epochs = 20;
  fit(network, problem.data, options);
  CHECK(outputs() < 0.5 * before);
}

TEST_CASE("invalid activity and orthogonal penalties are refused") {
  const Penalty rows = orthogonal(0.1), columns = orthogonal(0.1, GroupAxis::kOutput);
  const auto make = [](std::vector<Layer> layers) { Network<float>(3, std::move(layers)); };
  CHECK_THROWS_WITH_AS(make({dense(2, Activation::kLinear, {}, rows)}), doctest::Contains("for kernels"), InvalidInput);
  CHECK_THROWS_WITH_AS(make({dense(1, Activation::kLinear, columns)}), doctest::Contains("there must be at least two"),
                       InvalidInput);
  CHECK_THROWS_WITH_AS(make({active(2, Activation::kLinear, {-1, 0})}), doctest::Contains("activity"), InvalidInput);
  CHECK_THROWS_WITH_AS(make({dense(2, Activation::kLinear), BatchNormalization{}, ActivityRegularization{{1, 0}}}),
                       doctest::Contains("must stand on a Dense"), InvalidInput);
  Dense targeted = dense(2, Activation::kLinear, rows);
  targeted.kernel_target = SparsityTarget::kLayer;
  CHECK_THROWS_WITH_AS(make({targeted}), doctest::Contains("makes no zeros"), InvalidInput);
  const std::vector<double> w = {1, 2, 3, 4}, metric(4, 1.0);
  std::vector<double> out(4);
  CHECK_THROWS_AS(prox(rows, w.data(), metric.data(), out.data(), {2, 2}), InvalidInput);
  CHECK_THROWS_AS(strength_max(rows, w.data(), {2, 2}), InvalidInput);
}
