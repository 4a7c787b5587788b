// One row through predictors, by the C++ interface: median and 99th percentile of a call in nanoseconds, beside the
// time in which this machine reads the bytes of the dense weights from the cache that holds them.
//
//   bench_row [zeros ...]      (shares of zeros at random, default 0 0.5 0.8 0.9 0.95 0.98)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "ceilings.h"
#include "proxnet/proxnet.h"

namespace {

using namespace proxnet;

struct Shape {
  const char* name;
  std::size_t inputs;
  std::vector<std::size_t> units;

  std::size_t weights() const {
    std::size_t count = 0, below = inputs;
    for (const std::size_t n : units) count += (below + 1) * n, below = n;
    return count;
  }
};

const std::vector<Shape> kShapes = {{"64x64", 64, {64}},
                                    {"40-100-100-10", 40, {100, 100, 10}},
                                    {"seed100", 100, {128, 64, 1}},
                                    {"lenet300", 784, {300, 100, 10}},
                                    {"mlp1024", 784, {1024, 1024, 10}}};

// relu between the layers; biases are not zero, so that about half of the units are.
Network<float> network(const Shape& shape, double zeros) {
  std::vector<Layer> layers;
  for (std::size_t k = 0; k < shape.units.size(); ++k)
    layers.push_back(Dense{.units = shape.units[k],
                           .activation = k + 1 < shape.units.size() ? Activation::kRelu : Activation::kLinear});
  Network<float> result(shape.inputs, layers, 1);
  std::mt19937 random(0);
  std::normal_distribution<float> normal(0, 0.1f);
  std::uniform_real_distribution<double> chance;
  auto arrays = result.weights();
  std::vector<ConstMatrixView<float>> views;
  for (auto& array : arrays) {
    for (float& w : array.values) w = array.rows > 1 && chance(random) < zeros ? 0 : normal(random);
    views.push_back({array.values.data(), array.rows, array.cols});
  }
  result.set_weights(views);
  return result;
}

struct Latency {
  double median, p99;
};

// The median of means over 32 calls, which the clock does not disturb, and the 99th percentile of single calls.
template <class F> Latency latency(F&& call) {
  using Clock = std::chrono::steady_clock;
  constexpr int kTogether = 32;
  const auto time = [&](int calls) {
    const auto begin = Clock::now();
    for (int k = 0; k < calls; ++k) call();
    return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() / calls;
  };
  std::vector<double> means, single;
  for (const auto end = Clock::now() + std::chrono::milliseconds(300); Clock::now() < end;) {
    means.push_back(time(kTogether));
    for (int k = 0; k < 4; ++k) single.push_back(time(1));
  }
  const auto quantile = [](std::vector<double>& v, double q) {
    const auto at = v.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(v.size() - 1));
    std::nth_element(v.begin(), at, v.end());
    return *at;
  };
  return {quantile(means, 0.5), quantile(single, 0.99)};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<double> shares;
  for (int k = 1; k < argc; ++k) shares.push_back(std::atof(argv[k]));
  if (shares.empty()) shares = {0, 0.5, 0.8, 0.9, 0.95, 0.98};
  const std::string isa = active_isa();
  std::printf("one row, float32, %s, one thread\n%-14s %6s %9s %9s %11s %9s %8s\n", isa.c_str(), "network", "zeros",
              "ns", "p99", "weights' ns", "of bound", "sparse");
  for (const Shape& shape : kShapes) {
    const double bytes = static_cast<double>(shape.weights() * sizeof(float));
    const double bound = 1e9 * bytes / ceilings::read_bandwidth(isa, shape.weights() * sizeof(float));
    for (const double zeros : shares) {
      const Predictor<float> predictor(network(shape, zeros));
      std::mt19937 random(1);
      std::normal_distribution<float> normal;
      std::vector<float> x(shape.inputs), out(predictor.outputs());
      for (float& value : x) value = normal(random);
      std::vector<char> workspace(predictor.workspace_size(1));
      const Latency found =
          latency([&] { predictor.predict({x.data(), 1, x.size()}, {out.data(), 1, out.size()}, workspace.data()); });
      std::printf("%-14s %5.0f%% %9.0f %9.0f %11.0f %8.0f%% %4zu of %zu\n", shape.name, 100 * zeros, found.median,
                  found.p99, bound, 100 * bound / found.median, predictor.sparse_layers(), shape.units.size());
    }
  }
}
