// Trains a small penalised network from C++ and prints what its zeros say.
#include <proxnet/proxnet.h>

#include <cstdio>
#include <random>
#include <vector>

int main() {
  const std::size_t rows = 1000, inputs = 20;
  std::mt19937 random(0);
  std::normal_distribution<float> normal;
  std::vector<float> x(rows * inputs), y(rows);
  for (float& value : x) value = normal(random);
  for (std::size_t i = 0; i < rows; ++i) y[i] = x[i * inputs] > x[i * inputs + 1];  // only two inputs matter

  using namespace proxnet;
  Network<float> network(inputs, {Dense{.units = 16, .activation = Activation::kRelu, .kernel_penalty = l1(0.02)},
                                  Dense{.units = 1, .activation = Activation::kSigmoid}});
  network.compile(adam(), Loss::kBinaryCrossentropy, {{Metric::kBinaryAccuracy}});
  const DenseRows<float> source({x.data(), rows, inputs});
  FitOptions<float> options;
  options.epochs = 30;
  const auto history = fit(network, {&source, {y.data(), rows, 1}}, options);

  const LayerSparsity first = network.sparsity().front();
  std::printf("accuracy %.3f, %zu of %zu weights exactly zero, %zu of %zu inputs in use\n",
              history.back().training.metrics[0], first.zeros, first.weights, first.inputs_used, first.inputs);
  return first.zeros > 0 ? 0 : 1;
}
