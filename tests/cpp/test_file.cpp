// Model files from C++: round trips, the same bits after a break, refusals that change nothing.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "crc32c.h"
#include "network_tools.h"
#include "proxnet/file.h"

namespace proxnet {

namespace {

struct Path {
  std::string name = sentence("/tmp/proxnet_test_", ::getpid(), ".safetensors");
  ~Path() { std::remove(name.c_str()); }
};

}  // namespace

TEST_CASE("crc32c has its check value, in one piece or two") {
  const std::string digits = "123456789";
  CHECK(crc32c(digits.data(), 9) == 0xE3069283);
  CHECK(crc32c(digits.data() + 4, 5, crc32c(digits.data(), 4)) == 0xE3069283);
  const std::string zeros(32, '\0');
  CHECK(crc32c(zeros.data(), 32) == 0x8A9136AA);
}

TEST_CASE_TEMPLATE("a network from a file trains on to the same bits", T, float, double) {
  const std::size_t n = 40;
  std::vector<T> x(n * 3), y(n);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>((i * 7 + 3) % 11) / 4 - 1;
  for (std::size_t i = 0; i < n; ++i) y[i] = x[3 * i] - x[3 * i + 1];
  const DenseRows<T> rows({x.data(), n, 3});
  Data<T> data;
  data.x = &rows, data.y = {y.data(), n, 1};
  const auto build = [](std::uint64_t seed) {
    Dense hidden;
    hidden.units = 40, hidden.activation = Activation::kRelu, hidden.kernel_penalty = l1(0.01);
    Network<T> network(3, {hidden, Dropout{0.25}, Dense{}}, seed);
    network.compile(adam(0.01), Loss::kMeanSquaredError);
    return network;
  };
  const auto train = [&](Network<T>& network, std::size_t first, std::size_t last) {
    Trainer<T> trainer(network, data, TrainOptions{});
    for (std::size_t epoch = first; epoch < last; ++epoch) trainer.run_epoch(epoch);
  };
  const Path path;
  Network<T> straight = build(1), broken = build(1), resumed = build(2);
  train(straight, 0, 6);
  train(broken, 0, 3);
  save(broken, path.name, "{\"a\": \"\\\\\"}");
  const ModelFile file(path.name);
  CHECK(file.config() == "{\"a\": \"\\\\\"}");
  CHECK(file.names().size() == 2 + 3 * 4);
  restore(resumed, file);
  CHECK(resumed.iterations() == broken.iterations());
  train(resumed, 3, 6);
  const auto a = straight.weights(), b = resumed.weights();
  for (std::size_t i = 0; i < a.size(); ++i)
    CHECK(std::memcmp(a[i].values.data(), b[i].values.data(), a[i].values.size() * sizeof(T)) == 0);

  Network<T> other = build(3);
  other.compile(sgd(0.1), Loss::kMeanSquaredError);
  CHECK_THROWS_AS(restore(other, file), InvalidInput);
  restore(other, file, OptimizerState::kLeaveOut);
  CHECK(other.weights()[0].values == broken.weights()[0].values);
  CHECK(other.iterations() == 0);
}

TEST_CASE("a file that is not there and a config that is not ASCII") {
  CHECK_THROWS_AS(ModelFile("/tmp/no such folder/m"), FileError);
  const Network<float> network(2, {Dense{}});
  CHECK_THROWS_AS(save(network, "/tmp/no such folder/m"), FileError);
  CHECK_THROWS_AS(save(network, "/tmp/m", "\n"), InvalidInput);
}

}  // namespace proxnet
