// Convex problems trained to the end: every optimizer's proximal step reaches the solution of the stated objective,
// with the zeros of coordinate descent. What the subgradient step does instead.
#include <doctest/doctest.h>

#include "network_tools.h"

namespace {

using namespace proxnet;
using namespace tools;

constexpr std::size_t kRows = 120, kInputs = 20;

// min over w, b of mean loss(x w + b, y) + l1 |w| + l2 w^2: one dense unit, b free.
struct Convex {
  Loss loss;
  Penalty penalty;
  std::vector<double> x, y;
  bool logistic() const { return loss == Loss::kBinaryCrossentropy; }
};

// A third of the inputs matter; neighbours are correlated.
Convex make_convex(Loss loss, Penalty penalty) {
  Draws draws(81);  // seed 81
  Convex p{loss, penalty, {}, {}};
  for (std::size_t i = 0; i < kRows; ++i) {
    double truth = 0.3, before = 0;
    for (std::size_t j = 0; j < kInputs; ++j) {
      before = 0.5 * before + draws.normal() * 0.8;
      p.x.push_back(static_cast<float>(before));  // the same numbers in both types
      if (j % 3 == 0) truth += (j % 2 ? -1.0 : 1.0) * p.x.back();
    }
    truth += 0.5 * draws.normal();
    p.y.push_back(loss == Loss::kBinaryCrossentropy ? truth > 0 : static_cast<float>(truth));
  }
  return p;
}

// The gradient of the mean loss: kInputs of the weights, then the bias.
std::vector<double> loss_gradient(const Convex& p, const std::vector<double>& w) {
  std::vector<double> g(kInputs + 1);
  for (std::size_t i = 0; i < kRows; ++i) {
    double z = w[kInputs];
    for (std::size_t j = 0; j < kInputs; ++j) z += p.x[i * kInputs + j] * w[j];
    const double slope = (p.logistic() ? 1 / (1 + std::exp(-z)) - p.y[i] : 2 * (z - p.y[i])) / kRows;
    for (std::size_t j = 0; j < kInputs; ++j) g[j] += slope * p.x[i * kInputs + j];
    g[kInputs] += slope;
  }
  return g;
}

// Cyclic coordinate descent, each coordinate by its quadratic upper bound, until nothing moves.
std::vector<double> coordinate_descent(const Convex& p) {
  std::vector<double> w(kInputs + 1), z(kRows);
  for (int sweep = 0; sweep < 20000; ++sweep) {
    double moved = 0;
    for (std::size_t j = 0; j <= kInputs; ++j) {
      const auto column = [&](std::size_t i) { return j < kInputs ? p.x[i * kInputs + j] : 1.0; };
      double slope = 0, bound = 0;
      for (std::size_t i = 0; i < kRows; ++i) {
        slope += column(i) * (p.logistic() ? 1 / (1 + std::exp(-z[i])) - p.y[i] : 2 * (z[i] - p.y[i])) / kRows;
        bound += column(i) * column(i) * (p.logistic() ? 0.25 : 2) / kRows;
      }
      const Penalty penalty = j < kInputs ? p.penalty : Penalty{};
      const double to = static_cast<double>(reference::prox(w[j] - slope / bound, 1 / bound, penalty.l1, penalty.l2));
      for (std::size_t i = 0; i < kRows; ++i) z[i] += column(i) * (to - w[j]);
      moved = std::max(moved, std::fabs(to - w[j]));
      w[j] = to;
    }
    if (moved < 1e-15) break;
  }
  return w;
}

double distance(const Convex& p, const std::vector<double>& w) {
  const auto g = loss_gradient(p, w);
  return std::max(subdiff_distance(p.penalty, w.data(), g.data(), kInputs), std::fabs(g[kInputs]));
}

struct Way {
  std::string name;
  Optimizer optimizer;
  double last_rate;  // last learning rate / first learning rate
  bool cosine;       // else exponentially
  Schedule schedule(double learning_rate, std::size_t steps) const {
    Schedule s;
    s.kind = cosine ? ScheduleKind::kCosineDecay : ScheduleKind::kExponentialDecay;
    s.initial_learning_rate = learning_rate, s.decay_steps = static_cast<double>(steps);
    s.decay_rate = last_rate, s.alpha = cosine ? last_rate : 0;
    return s;
  }
};

std::vector<Way> ways() {
  Optimizer carried = rmsprop(0.003), centered = rmsprop(0.01);
  carried.momentum = 0.9;
  centered.centered = true;
  return {{"sgd", sgd(0.1), 1, false},
          {"momentum", sgd(0.02, 0.9), 1, false},
          {"momentum, cosine", sgd(0.02, 0.9), 1e-12, true},
          {"nesterov", sgd(0.02, 0.9, true), 1, false},
          {"nesterov, cosine", sgd(0.02, 0.9, true), 1e-12, true},
          {"adam", adam(0.03), 1e-7, false},
          {"adam, cosine", adam(0.03), 1e-12, true},
          {"amsgrad", adam(0.03, true), 1e-7, false},
          {"amsgrad, cosine", adam(0.03, true), 1e-12, true},
          {"nadam", nadam(0.03), 1e-7, false},
          {"nadam, cosine", nadam(0.03), 1e-12, true},
          {"adamax", adamax(0.1), 1e-6, false},
          {"adamax, cosine", adamax(0.1), 1e-12, true},
          {"adagrad", adagrad(0.5), 1, false},
          {"adagrad, cosine", adagrad(0.5), 1e-12, true},
          {"rmsprop, cosine", rmsprop(0.01), 1e-12, true},
          {"rmsprop with momentum, cosine", carried, 1e-12, true},
          {"rmsprop centered, cosine", centered, 1e-12, true},
          {"rmsprop", rmsprop(0.03), 1e-7, false},
          {"rmsprop with momentum", carried, 1e-7, false},
          {"rmsprop centered", centered, 1e-7, false}};
}

template <class T> std::vector<double> train(const Convex& p, const Way& way, PenaltyStep step, std::size_t epochs) {
  const tools::Problem<T> problem(Table<T>{kRows, kInputs, 1, {p.x.begin(), p.x.end()}, {p.y.begin(), p.y.end()}, {}});
  Network<T> network(kInputs, {dense(1, p.logistic() ? Activation::kSigmoid : Activation::kLinear, p.penalty)}, 5);
  Optimizer optimizer = way.optimizer;
  // The logistic loss is eight times flatter than the squared one: a constant rate may be as much larger.
  const double flat_by = p.logistic() && optimizer.kind == OptimizerKind::kSgd ? 8 : 1;
  optimizer.schedule = way.schedule(flat_by * optimizer.learning_rate, epochs);
  network.compile(optimizer, p.loss, {}, step);
  TrainOptions options;
  options.batch_size = kRows, options.shuffle = false;
  Trainer<T> trainer(network, problem.data, options);
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) trainer.run_epoch(epoch);
  const auto w = flat(network);
  return {w.begin(), w.end()};
}

std::vector<Convex> problems() {
  const Loss mse = Loss::kMeanSquaredError, logistic = Loss::kBinaryCrossentropy;
  return {make_convex(mse, {0.2, 0}),       make_convex(mse, {0, 0.1}),       make_convex(mse, {0.2, 0.1}),
          make_convex(logistic, {0.03, 0}), make_convex(logistic, {0, 0.02}), make_convex(logistic, {0.03, 0.02})};
}

}  // namespace

TEST_CASE_TEMPLATE("proximal training ends at the stationary point, with the exact zeros", T, float, double) {
  const Threads one(1);
  const double goal = sizeof(T) == 4 ? 1e-4 : 1e-8;
  double worst = 0;
  for (const Convex& p : problems()) {
    const auto exact = coordinate_descent(p);
    const auto at_zero = loss_gradient(p, std::vector<double>(kInputs + 1));
    const double top = strength_max(p.penalty, at_zero.data(), kInputs);
    REQUIRE(distance(p, exact) <= 1e-12);
    const auto want = support(exact.data(), kInputs);
    // The support is well determined: no weight is close to zero, no zero close to its threshold.
    const auto g = loss_gradient(p, exact);
    for (std::size_t j = 0; j < kInputs; ++j)
      REQUIRE((want[j] ? std::fabs(exact[j]) > 1e-4 : std::fabs(g[j]) < p.penalty.l1 * (1 - 1e-3)));
    if (p.penalty.l1 > 0) REQUIRE(std::count(want.begin(), want.end(), false) >= 3);
    for (const Way& way : ways()) {
      const auto w = train<T>(p, way, PenaltyStep::kProximal, sizeof(T) == 4 ? 6000 : 12000);
      const double away = distance(p, w) / top;
      worst = std::max(worst, away);
      CHECK_MESSAGE(away <= goal, way.name, " loss ", static_cast<int>(p.loss.kind), " l1 ", p.penalty.l1, " l2 ",
                    p.penalty.l2);
      CHECK_MESSAGE(support(w.data(), kInputs) == want, way.name, " zeros, l1 ", p.penalty.l1);
      for (std::size_t j = 0; j < kInputs; ++j) CHECK_FALSE((w[j] == 0 && std::signbit(w[j])));
    }
  }
  MESSAGE("largest subdifferential distance / strength_max: ", worst);
}

// The largest violation of g + d penalty + decay * (|g| + epsilon) * w = 0, without decay for the bias.
double distance_with_decay(const Convex& p, const std::vector<double>& w, double decay) {
  auto g = loss_gradient(p, w);
  for (std::size_t j = 0; j < kInputs; ++j) g[j] += decay * (std::fabs(g[j]) + 1e-7) * w[j];
  return std::max(subdiff_distance(p.penalty, w.data(), g.data(), kInputs), std::fabs(g[kInputs]));
}

TEST_CASE("AdamW solves its own equation; Ftrl and Lion come close to the minimum of the objective") {
  const Threads one(1);
  Optimizer quick = adamw(0.03, 0.2);
  quick.beta_2 = 0.9;        // the second moment follows the gradient to the end
  quick.decay_bias = false;  // whose gradient goes to zero, and the denominators with it
  for (const Convex& p : problems()) {
    const auto at_zero = loss_gradient(p, std::vector<double>(kInputs + 1));
    const double top = strength_max(p.penalty, at_zero.data(), kInputs);
    const auto decayed = train<double>(p, {"", quick, 1e-7, false}, PenaltyStep::kProximal, 12000);
    CHECK(distance_with_decay(p, decayed, 0.2) / top <= 1e-8);
    CHECK(distance(p, decayed) / top > 1e-4);
    const auto want = support(coordinate_descent(p).data(), kInputs);
    const auto led = train<double>(p, {"", ftrl(1), 1, false}, PenaltyStep::kProximal, 12000);
    CHECK(distance(p, led) / top <= 1e-6);
    CHECK(support(led.data(), kInputs) == want);
    const auto by_sign = train<double>(p, {"", lion(0.01), 1e-7, false}, PenaltyStep::kProximal, 12000);
    CHECK(distance(p, by_sign) / top <= 1e-4);
    CHECK(support(by_sign.data(), kInputs) == want);
  }
}

TEST_CASE("the subgradient step leaves no exact zero where the proximal step has many") {
  const Threads one(1);
  const Convex p = make_convex(Loss::kMeanSquaredError, {0.2, 0});
  const auto zeros = [](const std::vector<double>& w) { return std::count(w.begin(), w.end() - 1, 0.0); };
  CHECK(zeros(train<float>(p, ways()[5], PenaltyStep::kSubgradient, 1000)) == 0);
  CHECK(zeros(train<float>(p, ways()[5], PenaltyStep::kProximal, 1000)) >= 3);
}

TEST_CASE_TEMPLATE("a strength above strength_max zeroes every penalised weight; below it, not all", T, float, double) {
  const Threads one(1);
  for (const Loss loss : {Loss::kMeanSquaredError, Loss::kBinaryCrossentropy}) {
    // strength_max belongs to w = 0 with the best bias: found by an overwhelming penalty.
    const auto bias_only = coordinate_descent(make_convex(loss, {1e6, 0}));
    const auto g = loss_gradient(make_convex(loss, {}), bias_only);
    const double top = strength_max(Penalty{}, g.data(), kInputs);
    const auto zeros = [&](double l1) {
      const auto w = train<T>(make_convex(loss, {l1, 0}), ways()[1], PenaltyStep::kProximal, 1500);
      return std::count(w.begin(), w.end() - 1, 0.0);
    };
    CHECK(zeros(top * 1.001) == kInputs);
    CHECK(zeros(top * 0.98) < static_cast<std::ptrdiff_t>(kInputs));
  }
}
