// Epochs batch by batch: the bits of an epoch over arrays, on any team; unfinished epochs are discarded.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "network_tools.h"
#include "proxnet/runtime.h"

namespace {

using namespace proxnet;
using namespace tools;

template <class T> struct Cut {
  static constexpr std::size_t kRows = 50, kInputs = 4, kBatch = 16;
  std::vector<T> x, y, weight;
  DenseRows<T> rows{{}};

  Cut() {
    Draws draws(7);  // seed 7
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t j = 0; j < kInputs; ++j) x.push_back(static_cast<T>(draws.normal()));
      y.push_back(static_cast<T>(draws.normal()));
      weight.push_back(static_cast<T>(i % 3));
    }
    rows = DenseRows<T>({x.data(), kRows, kInputs});
  }
  Data<T> all() const { return {&rows, {y.data(), kRows, 1}, weight.data()}; }
  // Rows from .. to.
  template <class F> void batch(std::size_t from, std::size_t to, F&& use) const {
    const DenseRows<T> part({x.data() + from * kInputs, to - from, kInputs});
    use(Data<T>{&part, {y.data() + from, to - from, 1}, weight.data() + from});
  }
};

template <class T> Network<T> make() {
  Dense hidden;
  hidden.units = 40, hidden.activation = Activation::kTanh, hidden.kernel_penalty = l1(0.01);
  Network<T> network(Cut<T>::kInputs, {hidden, Dropout{0.25}, Dense{}}, 3);
  network.compile(adam(0.01), Loss::kMeanSquaredError, {{Metric::kMeanAbsoluteError, true}});
  return network;
}

template <class T> bool same(const Network<T>& a, const Network<T>& b) {
  const auto x = a.weights(), y = b.weights();
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i].values != y[i].values) return false;
  return true;
}

TrainOptions options(std::size_t batch_size) {
  TrainOptions o;
  o.batch_size = batch_size, o.shuffle = false, o.seed = 9;
  return o;
}

}  // namespace

TEST_CASE_TEMPLATE("equal batches give the bits of an epoch without shuffling", T, float, double) {
  const Cut<T> problem;
  Network<T> whole = make<T>(), pieces = make<T>();
  Trainer<T> one(whole, problem.all(), options(16));
  Trainer<T> other(pieces, options(3));  // a first guess that is too small
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    set_num_threads(static_cast<int>(epoch % 2) + 1);
    const Report a = one.run_epoch(epoch);
    other.begin_epoch(epoch);
    Report running;
    for (std::size_t from = 0; from < problem.kRows; from += 16)
      problem.batch(from, std::min(from + 16, problem.kRows),
                    [&](const Data<T>& d) { running = other.run_batch(d, from == 16); });
    const Report b = other.end_epoch();
    CHECK(a.loss == b.loss);
    CHECK(a.metrics == b.metrics);
    CHECK(running.loss == b.loss);
    CHECK(same(whole, pieces));
  }
  set_num_threads(0);

  const Report whole_report = evaluate(whole, problem.all());
  Evaluator<T> evaluator(whole);
  CHECK_THROWS_AS(evaluator.report(), InvalidInput);
  problem.batch(0, 20, [&](const Data<T>& d) { evaluator.add(d); });
  problem.batch(20, 50, [&](const Data<T>& d) { evaluator.add(d); });
  CHECK(evaluator.report().loss == doctest::Approx(whole_report.loss).epsilon(1e-6));
  CHECK(evaluator.report().metrics[0] == doctest::Approx(whole_report.metrics[0]).epsilon(1e-6));
}

TEST_CASE("an unfinished epoch leaves the published weights, and the network can be trained again") {
  Cut<float> problem;
  Network<float> network = make<float>(), before = make<float>();
  {
    Trainer<float> trainer(network, options(16));
    CHECK_THROWS_AS(trainer.run_epoch(0), InvalidState);
    CHECK_THROWS_AS(problem.batch(0, 8, [&](const auto& d) { trainer.run_batch(d); }), InvalidState);
    CHECK_THROWS_AS(trainer.end_epoch(), InvalidState);
    trainer.begin_epoch(0);
    CHECK_THROWS_AS(trainer.begin_epoch(0), InvalidState);
    problem.batch(0, 16, [&](const auto& d) { trainer.run_batch(d); });
    CHECK(same(network, before));
    CHECK_THROWS_AS(network.set_weights({}), InvalidInput);
  }
  CHECK(same(network, before));
  Trainer<float> trainer(network, options(16));
  trainer.begin_epoch(0);
  problem.batch(0, 16, [&](const auto& d) { trainer.run_batch(d); });
  problem.x[20 * problem.kInputs] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(problem.batch(16, 32, [&](const auto& d) { trainer.run_batch(d); }), InvalidInput);
  CHECK(same(network, before));
  CHECK_THROWS_AS(trainer.end_epoch(), InvalidState);
  trainer.begin_epoch(0);
  problem.batch(0, 16, [&](const auto& d) { trainer.run_batch(d, true); });
  CHECK_FALSE(same(network, before));  // published: others see the step
  CHECK_THROWS_AS(evaluate(network, problem.all()), InvalidInput);
}
