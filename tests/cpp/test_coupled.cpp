// Groups and constraints in networks: equal bits on any team, projections as Keras defines them, refused combinations.
#include <doctest/doctest.h>

#include "network_tools.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

template <class T> struct Outcome {
  std::vector<T> weights;
  std::vector<double> losses;
  bool operator==(const Outcome& other) const { return same(weights, other.weights) && same(losses, other.losses); }
};

template <class T> Outcome<T> trained(const std::vector<Layer>& layers, const Optimizer& optimizer, int threads) {
  const Threads some(threads);
  Network<T> network(70, layers, 5);
  network.compile(optimizer, Loss::kMeanSquaredError);
  const tools::Problem<T> problem(random_table<T>(241, 150, 70, 2));  // seed 241
  FitOptions<T> options;
  options.epochs = 4, options.batch_size = 32;
  Outcome<T> outcome;
  for (const auto& report : fit(network, problem.data, options)) outcome.losses.push_back(report.training.loss);
  outcome.weights = flat(network);
  return outcome;
}

std::vector<Layer> layers_with_everything() {
  Penalty own = group_l1(2e-4, GroupAxis::kInput, 1e-4), factored = mcp(1e-3);
  own.groups.resize(5);
  for (std::size_t i = 0; i < 70; ++i) own.groups[i * i % 5].push_back(i), factored.factors.push_back(i % 3 * 0.5);
  std::erase_if(own.groups, [](const auto& group) { return group.empty(); });
  factored.factors.resize(40);
  Dense first = dense(40, Activation::kTanh, own), second = dense(37, Activation::kRelu, factored),
        third = dense(33, Activation::kTanh, group_l1(3e-4, GroupAxis::kOutput)),
        last = dense(2, Activation::kLinear, scad(1e-3), group_l1(1e-3));
  first.kernel_constraint = max_norm(0.9), first.bias_constraint = unit_norm();
  second.kernel_constraint = non_neg(), second.bias_constraint = box(-0.01, 0.02);
  third.kernel_constraint = max_norm(1);
  return {first, second, third, last};
}

}  // namespace

TEST_CASE_TEMPLATE("groups, norms and clipping together have the same bits on 1 to 8 threads", T, float, double) {
  const Watchdog watchdog;
  Optimizer clipped = adam(1e-2);
  clipped.global_clipnorm = 0.1;
  for (const Optimizer& optimizer : {adam(1e-2), sgd(0.1, 0.9), clipped}) {
    const Outcome<T> one = trained<T>(layers_with_everything(), optimizer, 1);
    REQUIRE(std::count(one.weights.begin(), one.weights.end(), T(0)) > 20);
    for (const int threads : {2, 3, 5, 8})
      CHECK_MESSAGE((one == trained<T>(layers_with_everything(), optimizer, threads)), threads, " threads");
  }
}

TEST_CASE_TEMPLATE("the reported loss includes group penalties", T, float, double) {
  for (const GroupAxis axis : {GroupAxis::kInput, GroupAxis::kOutput}) {
    const Penalty p = group_l1(0.3, axis, 0.2);
    Network<T> network(70, {dense(45, Activation::kLinear, p, p)}, 5), bare(70, {dense(45, Activation::kLinear)}, 5);
    const auto w = network.weights();
    const double want = value(p, w[0].values.data(), {70, 45}) + value(p, w[1].values.data(), {1, 45});
    CHECK(network.penalty() == doctest::Approx(want).epsilon(1e-5));
    const tools::Problem<T> problem(random_table<T>(242, 20, 70, 45));  // seed 242
    double losses[2];
    for (Network<T>* each : {&network, &bare}) {
      each->compile(sgd(1e-3), Loss::kMeanSquaredError);
      losses[each == &bare] = fit(*each, problem.data, {}).front().training.loss;
    }
    CHECK(losses[0] - losses[1] == doctest::Approx(want).epsilon(1e-4));
    network.set_strength_ramps({{0, 0.5}, {0, 0.5}});
    CHECK(network.penalty() < want);
  }
}

TEST_CASE("projections match Keras'") {
  // One step of SGD whose gradient is zero: only the projection acts.
  const auto projected = [](const Constraint& kernel, const Constraint& bias) {
    Dense layer = dense(2, Activation::kLinear);
    layer.kernel_constraint = kernel, layer.bias_constraint = bias;
    Network<double> network(2, {layer}, 1);
    set_flat(network, {3, -0.1, -4, 0.2, 0.6, -0.8});  // columns (3, -4) and (-0.1, 0.2), bias of norm 1
    const std::vector<double> x = {0, 0}, y = {0.6, -0.8};
    const DenseRows<double> rows({x.data(), 1, 2});
    network.compile(sgd(0.1), Loss::kMeanSquaredError);
    fit(network, {&rows, {y.data(), 1, 2}, nullptr}, {});
    return flat(network);
  };
  const auto check_near = [](const std::vector<double>& got, const std::vector<double>& want) {
    for (std::size_t i = 0; i < want.size(); ++i) CHECK(got[i] == doctest::Approx(want[i]).epsilon(1e-14));
  };
  const double five = 5 + 1e-7, one = 1 + 1e-7, short_norm = std::sqrt(0.05), small = short_norm + 1e-7;
  CHECK(projected(non_neg(), non_neg()) == std::vector<double>{3, 0, 0, 0.2, 0.6, 0});
  CHECK(projected(box(-1, 0.5), {}) == std::vector<double>{0.5, -0.1, -1, 0.2, 0.6, -0.8});
  check_near(projected(max_norm(2), max_norm(0.5)),
             {6 / five, -0.1 * short_norm / small, -8 / five, 0.2 * short_norm / small, 0.3 / one, -0.4 / one});
  check_near(projected(unit_norm(), unit_norm()),
             {3 / five, -0.1 / small, -4 / five, 0.2 / small, 0.6 / one, -0.8 / one});
  const double pulled = 0.25 * 1 + 0.75 * short_norm, cut = 0.25 * 2 + 0.75 * 5;
  check_near(projected(min_max_norm(1, 2, 0.25), {}),
             {3 * cut / five, -0.1 * pulled / small, -4 * cut / five, 0.2 * pulled / small, 0.6, -0.8});
}

TEST_CASE("contradictory constraints are refused, also with a penalty") {
  const auto refuse = [](const Constraint& c, const Penalty& p, const char* words) {
    Dense layer = dense(2, Activation::kLinear, p);
    layer.kernel_constraint = c;
    CHECK_THROWS_WITH_AS(Network<float>(3, {layer}), doctest::Contains(words), InvalidInput);
  };
  refuse(box(1, 0), {}, "[Dense] kernel constraint: the lower bound 1 must not be over the upper bound 0");
  refuse(box(NAN, 1), {}, "must not be over");
  refuse(box(0.1, 1), l1(0.1), "the penalty wants zeros, which the bounds [0.1, 1] forbid");
  refuse(non_neg(), group_l1(0.1), "bounds on each weight cannot be combined with a group penalty");
  refuse(box(-1, 1), mcp(0.1), "allows the bounds [0, inf) only");
  refuse(max_norm(-1), {}, "must not be over");
  refuse(max_norm(0), {}, "the largest positive");
  refuse(min_max_norm(0, 1, 0), {}, "rate must be in (0, 1]");
  refuse(unit_norm(), group_l1(0.1, GroupAxis::kOutput), "the penalty wants units whose weights are all zero");
  Network<float> network(3, {dense(2, Activation::kLinear, l0(0.1))});
  CHECK_THROWS_WITH_AS(network.compile(sgd(), Loss::kMeanSquaredError, {}, PenaltyStep::kSubgradient),
                       doctest::Contains("the subgradient step takes L1, L2 and orthogonal penalties only"),
                       InvalidInput);
}
