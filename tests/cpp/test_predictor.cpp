// Predictors: the bits of the network's own predictions for every form of the weights, and no allocation.
#include <doctest/doctest.h>

#include "allocations.h"
#include "network_tools.h"
#include "proxnet/predictor.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

// What the predictor makes of rows first .. first + rows of x, with rows that lie apart.
template <class T>
std::vector<T> frozen(const Predictor<T>& predictor, const std::vector<T>& x, std::size_t first, std::size_t rows,
                      std::size_t apart = 0, bool logits = false) {
  const std::size_t in = predictor.inputs(), out = predictor.outputs();
  std::vector<T> spread(rows * (in + apart) + 1), result(rows * (out + apart), T(7));
  for (std::size_t r = 0; r < rows; ++r) std::copy_n(x.data() + (first + r) * in, in, spread.data() + r * (in + apart));
  std::vector<char> workspace(predictor.workspace_size(rows));
  const std::size_t before = allocations::count();
  const ConstMatrixView<T> from{spread.data(), rows, in, in + apart};
  const MatrixView<T> to{result.data(), rows, out, out + apart};
  logits ? predictor.logits(from, to, workspace.data()) : predictor.predict(from, to, workspace.data());
  CHECK(allocations::count() == before);
  std::vector<T> packed;
  for (std::size_t r = 0; r < rows; ++r) {
    packed.insert(packed.end(), result.data() + r * (out + apart), result.data() + r * (out + apart) + out);
    for (std::size_t j = out; j < out + apart; ++j) CHECK(result[r * (out + apart) + j] == T(7));
  }
  return packed;
}

template <class T> std::vector<std::vector<Layer>> recipes() {
  return {{dense(1, Activation::kLinear)},
          {dense(33, Activation::kRelu), dense(100, Activation::kTanh), dense(10, Activation::kSoftmax)},
          {BatchNormalization{}, dense(70, Activation::kGelu), BatchNormalization{}, Dropout{0.5},
           ActivationLayer{Activation::kRelu}, dense(16, Activation::kSoftmax), dense(3, Activation::kSigmoid)},
          {Normalization{}, ActivationLayer{Activation::kElu}, dense(257, Activation::kRelu),
           dense(31, Activation::kRelu), Normalization{}, dense(2, Activation::kLinear), BatchNormalization{}}};
}

}  // namespace

TEST_CASE_TEMPLATE("a predictor has the network's bits in every form of its weights", T, float, double) {
  constexpr std::size_t kInputs = 45, kRows = 203;
  std::uint64_t seed = 410;  // seeds 410 ..
  for (const auto& layers : recipes<T>())
    for (const double zeros : {0.0, 0.3, 0.7, 0.92, 0.98, 1.0})
      for (const double zero_inputs : {0.0, 0.6, 0.95}) {
        Network<T> network(kInputs, layers, ++seed);
        thin(network, zeros, seed);
        Draws draws(seed);
        auto x = draws.vector<T>(kRows * kInputs);
        const auto chance = draws.vector<double>(x.size(), 0, 1);
        for (std::size_t i = 0; i < x.size(); ++i)
          if (chance[i] < zero_inputs) x[i] = 0;
        const auto expected = predict(network, {x.data(), kRows, kInputs});
        const Predictor<T> predictor(network);
        const std::size_t outputs = network.outputs();
        std::size_t first = 0;
        for (const std::size_t rows : {1, 2, 31, 1, 33, 96, 1, 32, 5}) {
          const std::vector<T> part(expected.begin() + static_cast<std::ptrdiff_t>(first * outputs),
                                    expected.begin() + static_cast<std::ptrdiff_t>((first + rows) * outputs));
          CAPTURE(seed);
          CAPTURE(rows);
          CAPTURE(zeros);
          CHECK(same(frozen(predictor, x, first, rows, rows % 3), part));
          first += rows;
        }
        CHECK(same(frozen(predictor, x, 0, kRows), expected));
      }
}

TEST_CASE_TEMPLATE("logits are what the last activation starts from", T, float, double) {
  for (const Activation last : {Activation::kSigmoid, Activation::kSoftmax, Activation::kRelu}) {
    Network<T> network(20, {dense(40, Activation::kRelu), dense(3, last)}, 7);
    Network<T> plain(20, {dense(40, Activation::kRelu), dense(3, Activation::kLinear)}, 7);
    thin(network, 0.8, 431), thin(plain, 0.8, 431);
    const auto x = Draws(432).vector<T>(50 * 20);
    const Predictor<T> predictor(network);
    CHECK(same(frozen(predictor, x, 0, 50, 0, true), predict(plain, {x.data(), 50, 20})));
    CHECK(same(frozen(predictor, x, 0, 1, 0, true), predict(plain, {x.data(), 1, 20})));
  }
}

TEST_CASE("weights are stored sparse from 55 % zeros on, and no longer dense at 95 %") {
  for (const double zeros : {0.0, 0.3, 0.5, 0.6, 0.8, 0.95}) {
    Network<float> network(200, {dense(100, Activation::kRelu), dense(1, Activation::kLinear)}, 3);
    thin(network, zeros, 433);
    const Predictor<float> predictor(network);
    CAPTURE(zeros);
    CHECK(predictor.sparse_layers() == (zeros > 0.55 ? 2 : 0));
    if (zeros > 0.9) CHECK(predictor.bytes() < 200 * 100 * sizeof(float) / 2);
  }
}

TEST_CASE("a predictor keeps its weights while the network's move") {
  Network<float> network(12, {dense(30, Activation::kRelu), dense(2, Activation::kLinear)}, 5);
  const auto x = Draws(434).vector<float>(40 * 12);
  const auto before = predict(network, {x.data(), 40, 12});
  const Predictor<float> predictor(network);
  thin(network, 0.5, 435);
  CHECK(!same(predict(network, {x.data(), 40, 12}), before));
  CHECK(same(frozen(predictor, x, 0, 40), before));
}

TEST_CASE_TEMPLATE("labels are the largest output, or whether the single one is over the threshold", T, float, double) {
  const auto x = Draws(436).vector<T>(120 * 12);
  for (const std::size_t outputs : {1, 2, 7}) {
    Network<T> network(12, {dense(30, Activation::kRelu), dense(outputs, Activation::kSigmoid)}, 5);
    const Predictor<T> predictor(network);
    const auto out = predict(network, {x.data(), 120, 12});
    std::vector<char> workspace(predictor.workspace_size(120));
    std::vector<std::int64_t> labels(120);
    predictor.labels({x.data(), 120, 12}, labels.data(), workspace.data(), 0.45);
    for (std::size_t r = 0; r < 120; ++r) {
      const T* row = out.data() + r * outputs;
      CHECK(labels[r] == (outputs == 1 ? row[0] > T(0.45) : std::max_element(row, row + outputs) - row));
    }
  }
}

TEST_CASE_TEMPLATE("many rows on many threads have the same bits; bad rows and shapes are named", T, float, double) {
  Network<T> network(60, {dense(300, Activation::kRelu), dense(100, Activation::kRelu), dense(4, Activation::kSoftmax)},
                     6);
  thin(network, 0.9, 437);
  auto x = Draws(438).vector<T>(3000 * 60);
  const auto expected = predict(network, {x.data(), 3000, 60});
  const Predictor<T> predictor(network);
  std::vector<T> out(3000 * 4);
  for (const int count : {1, 2, 3, 7}) {
    const Threads threads(count);
    std::fill(out.begin(), out.end(), T(0));
    predictor.predict({x.data(), 3000, 60}, {out.data(), 3000, 4});
    CHECK(same(out, expected));
  }
  CHECK_THROWS_WITH_AS(predictor.predict({x.data(), 3000, 59}, {out.data(), 3000, 4}),
                       "[predict] x must have 60 columns, got 59", InvalidInput);
  CHECK_THROWS_WITH_AS(predictor.predict({x.data(), 3000, 60}, {out.data(), 2999, 4}),
                       "[predict] out must have shape (3000, 4), got (2999, 4)", InvalidInput);
  x[2500 * 60 + 7] = std::numeric_limits<T>::quiet_NaN();
  CHECK_THROWS_WITH_AS(predictor.predict({x.data(), 3000, 60}, {out.data(), 3000, 4}),
                       "[predict] x must be finite, x[2500, 7] = nan", InvalidInput);
}
