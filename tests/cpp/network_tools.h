// Shared by the tests of training: data from a seed, weights as plain arrays, the number of threads in a scope.
#pragma once

#include <vector>

#include "proxnet/proxnet.h"
#include "reference.h"

namespace tools {

using reference::Draws;

// Rows, targets and weights, owned.
template <class T> struct Table {
  std::size_t rows, inputs, outputs;
  std::vector<T> x, y, weight;  // no weights: empty
  proxnet::DenseRows<T> source() const { return proxnet::DenseRows<T>({x.data(), rows, inputs}); }
  proxnet::ConstMatrixView<T> targets() const { return {y.data(), rows, outputs}; }
};

// A Table as Data.
template <class T> class Problem {
 public:
  explicit Problem(Table<T> t) : table(std::move(t)), rows_(table.source()) {
    data = {&rows_, table.targets(), table.weight.empty() ? nullptr : table.weight.data()};
  }
  Problem(const Problem&) = delete;
  const Table<T> table;
  proxnet::Data<T> data;

 private:
  proxnet::DenseRows<T> rows_;
};

// y is drawn from [low, high].
template <class T>
Table<T> random_table(std::uint64_t seed, std::size_t rows, std::size_t inputs, std::size_t outputs, double low = -1,
                      double high = 1) {
  Draws draws(seed);
  Table<T> t{rows, inputs, outputs, draws.vector<T>(rows * inputs), draws.vector<T>(rows * outputs, low, high), {}};
  return t;
}

template <class T> std::vector<std::vector<T>> weights(const proxnet::Network<T>& network) {
  std::vector<std::vector<T>> all;
  for (const auto& array : network.weights()) all.push_back(array.values);
  return all;
}

// All weights in one row; their order is that of weights().
template <class T> std::vector<T> flat(const proxnet::Network<T>& network) {
  std::vector<T> all;
  for (const auto& array : network.weights()) all.insert(all.end(), array.values.begin(), array.values.end());
  return all;
}
template <class T> void set_flat(proxnet::Network<T>& network, const std::vector<T>& values) {
  std::vector<proxnet::ConstMatrixView<T>> views;
  std::size_t at = 0;
  for (const auto& array : network.weights()) {
    views.emplace_back(values.data() + at, array.rows, array.cols);
    at += array.rows * array.cols;
  }
  network.set_weights(views);
}

// Draws the weights from [-0.6, 0.6]: each is zero with the probability `zeros`, each row and each column of a kernel
// as a whole with the probability `lines`. Variances are 0.5.
template <class T> void thin(proxnet::Network<T>& network, double zeros, std::uint64_t seed, double lines = 0) {
  Draws draws(seed);
  auto values = flat(network);
  const auto drawn = draws.vector<T>(values.size(), -0.6, 0.6);
  const auto chance = draws.vector<double>(values.size(), 0, 1);
  std::size_t at = 0;
  for (const auto& array : network.weights()) {
    const auto rows = draws.vector<double>(array.rows, 0, 1), cols = draws.vector<double>(array.cols, 0, 1);
    const double whole = array.kind == proxnet::WeightKind::kKernel ? lines : 0;
    for (std::size_t i = 0; i < array.rows; ++i)
      for (std::size_t j = 0; j < array.cols; ++j, ++at) {
        const bool zero = chance[at] < zeros || rows[i] < whole || cols[j] < whole;
        values[at] = array.kind == proxnet::WeightKind::kVariance ? T(0.5) : zero ? T(0) : drawn[at];
      }
  }
  set_flat(network, values);
}

template <class T> std::vector<T> predict(const proxnet::Network<T>& network, proxnet::ConstMatrixView<T> x) {
  std::vector<T> out(x.rows * network.outputs());
  network.predict(x, {out.data(), x.rows, network.outputs()});
  return out;
}

struct Threads {
  explicit Threads(int count) { proxnet::set_num_threads(count); }
  ~Threads() { proxnet::set_num_threads(0); }
};

inline proxnet::Dense dense(std::size_t units, proxnet::Activation activation, proxnet::Penalty kernel = {},
                            proxnet::Penalty bias = {}) {
  return {units, activation, kernel, bias};
}

}  // namespace tools
