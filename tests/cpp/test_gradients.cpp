// Gradients of every activation, loss, penalty, weighting and dropout against differences of the reported loss,
// float64.
#include <doctest/doctest.h>

#include "network_tools.h"

namespace {

using namespace proxnet;
using namespace tools;

constexpr std::size_t kRows = 6, kInputs = 3, kHidden = 4, kOutputs = 3;

struct Case {
  Activation hidden, output;
  Loss loss;
  bool penalised, weighted, dropped;
};

// Targets each loss can have; weights with a zero among them.
template <class T> Table<T> make_table(const Case& c) {
  Table<T> t = random_table<T>(71, kRows, kInputs, kOutputs, 0.05, 0.95);  // seed 71
  if (loss_targets(c.loss) == Targets::kSigns)
    for (T& y : t.y) y = y > T(0.5) ? T(1) : T(-1);
  if (loss_targets(c.loss) == Targets::kClassNumbers) {
    t.outputs = 1;
    t.y.resize(kRows);
    for (std::size_t i = 0; i < kRows; ++i) t.y[i] = static_cast<T>(i % kOutputs);
  }
  if (c.weighted) t.weight = {T(0.5), T(2), T(0), T(1), T(0.25), T(3)};
  return t;
}

template <class T> Network<T> make_network(const Case& c) {
  const Penalty kernel = c.penalised ? Penalty{0.03, 0.02} : Penalty{},
                bias = c.penalised ? Penalty{0.01, 0.05} : Penalty{};
  std::vector<Layer> layers = {dense(kHidden, c.hidden, kernel, bias), dense(kOutputs, c.output, kernel, bias)};
  if (c.dropped) layers = {Dropout{0.2}, layers[0], Dropout{0.4}, layers[1]};
  Network<T> network(kInputs, layers);
  // A learning rate of 1 makes the step the gradient. Momentum 0: nothing is carried from step to step.
  network.compile(sgd(1), c.loss, {}, PenaltyStep::kSubgradient);
  return network;
}

// No weight close to the kink of |w|; output biases keep linear outputs within (0, 1), where logarithms are defined.
template <class T> std::vector<T> start() {
  Draws draws(72);  // seed 72
  std::vector<T> w;
  const auto add = [&](std::size_t count, double low, double high, bool signs) {
    for (std::size_t i = 0; i < count; ++i)
      w.push_back(static_cast<T>(draws.uniform(low, high) * (signs && draws.below(2) ? -1 : 1)));
  };
  add(kInputs * kHidden, 0.1, 0.6, true), add(kHidden, 0.05, 0.3, true);
  add(kHidden * kOutputs, 0.02, 0.1, true), add(kOutputs, 0.35, 0.65, false);
  return w;
}

// The loss at w, and the weights one step later: both from one full batch, the mask of dropout that of epoch 0.
template <class T> double step(Network<T>& network, Trainer<T>& trainer, const std::vector<T>& w) {
  set_flat(network, w);
  return trainer.run_epoch(0).loss;
}

template <class T> std::vector<double> gradient(const Case& c) {
  Network<T> network = make_network<T>(c);
  const tools::Problem<T> problem(make_table<T>(c));
  TrainOptions options;
  options.batch_size = kRows, options.shuffle = false;
  Trainer<T> trainer(network, problem.data, options);
  const auto w = start<T>();
  step(network, trainer, w);
  const auto after = flat(network);
  std::vector<double> g;
  for (std::size_t i = 0; i < w.size(); ++i) g.push_back(static_cast<double>(w[i]) - static_cast<double>(after[i]));
  return g;
}

struct Outcome {
  double worst = 0;
  std::size_t compared = 0, kinks = 0;
};

// Five-point differences at two steps, each with an error of h^4 f(5) / 30 + 2e-16 / h; the first cancels between the
// two. Where they disagree by more than 1e-8 there is a kink between (relu, clip): skipped.
Outcome compare(const Case& c) {
  Network<double> network = make_network<double>(c);
  const tools::Problem<double> problem(make_table<double>(c));
  TrainOptions options;
  options.batch_size = kRows, options.shuffle = false;
  Trainer<double> trainer(network, problem.data, options);
  const auto g = gradient<double>(c), w = start<double>();
  double largest = 0;
  for (const double x : g) largest = std::max(largest, std::fabs(x));
  Outcome outcome;
  for (std::size_t i = 0; i < w.size(); ++i) {
    const auto loss_at = [&](double shift) {
      auto moved = w;
      moved[i] += shift;
      return step(network, trainer, moved);
    };
    const auto slope = [&](double h) {
      return (8 * (loss_at(h) - loss_at(-h)) - (loss_at(2 * h) - loss_at(-2 * h))) / (12 * h);
    };
    const double wide = slope(0x1p-9), narrow = slope(0x1p-10);
    if (std::fabs(wide - narrow) > 1e-8) {
      ++outcome.kinks;
      continue;
    }
    const double both = narrow + (narrow - wide) / 15;
    // Relative to the element itself, but not below a thousandth of the largest: there the differences are noise.
    outcome.worst = std::max(outcome.worst, std::fabs(g[i] - both) / std::max(std::fabs(g[i]), 1e-3 * largest));
    ++outcome.compared;
  }
  return outcome;
}

const std::vector<Activation>& activations() {
  static const std::vector<Activation> all = {
      Activation::kLinear,      Activation::kRelu,       Activation::kSigmoid,   Activation::kTanh,
      Activation::kSoftmax,     leaky_relu(0.3),         clipped_relu(0.4, 0.1), elu(0.7),
      Activation::kSelu,        Activation::kSoftplus,   Activation::kSoftsign,  Activation::kHardSigmoid,
      Activation::kExponential, Activation::kLogSoftmax, Activation::kGelu,      Activation::kGeluTanh,
      Activation::kSilu,        Activation::kMish};
  return all;
}

std::vector<Loss> losses() {
  std::vector<Loss> all;
  for (int kind = Loss::kMeanSquaredError; kind <= Loss::kCategoricalFocalCrossentropy; ++kind)
    all.push_back(static_cast<Loss::Kind>(kind));
  for (Loss& loss : all) loss.delta = 0.3, loss.quantile = 0.8, loss.gamma = 1.7, loss.alpha = 0.35;
  Loss binary = Loss::kBinaryCrossentropy, focal = Loss::kBinaryFocalCrossentropy,
       categorical = Loss::kCategoricalCrossentropy, classes = Loss::kCategoricalFocalCrossentropy;
  focal.balanced = true;
  for (Loss* loss : {&binary, &focal, &categorical, &classes}) {
    loss->label_smoothing = 0.2;
    all.push_back(*loss);
  }
  for (Loss loss : {binary, focal, categorical, classes, Loss(Loss::kSparseCategoricalCrossentropy)}) {
    loss.from_logits = true;
    all.push_back(loss);
  }
  return all;
}

// Losses that are Keras' first four meet every pair of activations and all flags of the first five; the others every
// activation at the output once.
std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Loss& loss : losses())
    for (std::size_t hidden = 0; hidden < activations().size(); ++hidden)
      for (std::size_t output = 0; output < activations().size(); ++output) {
        // Every pair with alternating flags; the first pairs with all flags.
        const Activation& last = activations()[output];
        const bool first = loss.label_smoothing == 0 && !loss.from_logits &&
                           (loss == Loss::kMeanSquaredError || loss == Loss::kBinaryCrossentropy ||
                            loss == Loss::kCategoricalCrossentropy || loss == Loss::kSparseCategoricalCrossentropy);
        const bool all_flags = first && hidden < 5 && output < 5;
        if (!first && hidden != (output + 1) % activations().size()) continue;
        if (loss.from_logits && (last == Activation::kSigmoid || last == Activation::kSoftmax)) continue;
        // Outputs below zero: no logarithm.
        if (last == Activation::kLogSoftmax && loss == Loss::kPoisson) continue;
        for (std::size_t flags = 0; flags < 8; ++flags)
          if (all_flags || flags == (hidden + output) % 8)
            all.push_back({activations()[hidden], activations()[output], loss, (flags & 1) != 0, (flags & 2) != 0,
                           (flags & 4) != 0});
      }
  return all;
}

}  // namespace

TEST_CASE("gradients agree with differences of the loss to 1e-7 (float64)") {
  const Threads one(1);
  Outcome total;
  for (const Case& c : cases()) {
    const Outcome outcome = compare(c);
    total.worst = std::max(total.worst, outcome.worst);
    total.compared += outcome.compared, total.kinks += outcome.kinks;
    CHECK_MESSAGE(outcome.worst <= 1e-7, "hidden ", static_cast<int>(c.hidden.kind), " output ",
                  static_cast<int>(c.output.kind), " loss ", static_cast<int>(c.loss.kind), " penalised ", c.penalised,
                  " weighted ", c.weighted, " dropped ", c.dropped);
  }
  MESSAGE("largest relative error ", total.worst, " of ", total.compared, " elements in ", cases().size(),
          " networks; ", total.kinks, " skipped at kinks");
  CHECK(total.kinks * 50 < total.compared);
}

TEST_CASE("float32 gradients agree with float64 to 1e-4") {
  const Threads one(1);
  double worst = 0;
  for (const Case& c : cases()) {
    const auto exact = gradient<double>(c), single = gradient<float>(c);
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      largest = std::max(largest, std::fabs(exact[i]));
      difference = std::max(difference, std::fabs(exact[i] - single[i]));
    }
    worst = std::max(worst, difference / largest);
  }
  MESSAGE("largest error relative to the largest element: ", worst);
  CHECK(worst <= 1e-4);
}
