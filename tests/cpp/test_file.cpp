// Model files from C++: round trips, the same bits after a break, refusals that change nothing.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "io/crc32c.h"
#include "io/header_text.h"
#include "io/safetensors.h"
#include "io/whole_file.h"
#include "network_tools.h"
#include "proxnet/file.h"

namespace proxnet {

using tools::flat;
using tools::Problem;
using tools::random_table;
using tools::weights;

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
  CHECK(file.names().size() == 10 + 3 * 4 + 2);  // seven numbers of the optimizer, three of the L1's ramp, a test row
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

TEST_CASE_TEMPLATE("statistics and the state of gamma and beta are in the file", T, float, double) {
  const Problem<T> problem(random_table<T>(4, 40, 3, 1));
  const auto build = [](std::uint64_t seed, bool trainable = true) {
    Dense hidden;
    hidden.units = 20, hidden.use_bias = false, hidden.trainable = trainable;
    BatchNormalization norm;
    norm.gamma_penalty = l1(0.01), norm.momentum = 0.5, norm.beta_initializer = Initializer::kNormal;
    Network<T> network(3, {Normalization{}, hidden, norm, ActivationLayer{Activation::kRelu, {0.01, 0.01}}, Dense{}},
                       seed);
    network.compile(adam(0.01), Loss::kMeanSquaredError);
    return network;
  };
  const auto train = [&](Network<T>& network, std::size_t first, std::size_t last) {
    Trainer<T> trainer(network, problem.data, TrainOptions{});
    for (std::size_t epoch = first; epoch < last; ++epoch) trainer.run_epoch(epoch);
  };
  const Path path;
  const T mean[] = {T(0.1), T(0.2), T(0.3)}, variance[] = {T(1), T(2), T(3)};
  const auto adapted = [&](Network<T> network) {
    std::vector<std::vector<T>> values = weights(network);
    std::vector<ConstMatrixView<T>> views;
    const auto arrays = network.weights();
    for (std::size_t a = 0; a < arrays.size(); ++a)
      views.emplace_back(a == 0 ? mean : a == 1 ? variance : values[a].data(), arrays[a].rows, arrays[a].cols);
    network.set_weights(views);
    return network;
  };
  Network<T> straight = adapted(build(1)), broken = adapted(build(1)), resumed = build(2);
  train(straight, 0, 6);
  train(broken, 0, 3);
  save(broken, path.name);
  const ModelFile file(path.name);
  // Numbers: seven of the optimizer, three of the penalty. Arrays: two moments, two statistics, five with two states,
  // the test row and its outputs.
  CHECK(file.names().size() == 7 + 3 + 2 + 2 + 5 * 3 + 2);
  restore(resumed, file);
  CHECK(flat(resumed) == flat(broken));
  train(resumed, 3, 6);
  CHECK(flat(resumed) == flat(straight));
  Network<T> frozen = build(3, false);
  const std::vector<T> before = flat(frozen);
  CHECK_THROWS_AS(restore(frozen, file), InvalidInput);
  CHECK(flat(frozen) == before);
  restore(frozen, file, OptimizerState::kLeaveOut);
  CHECK(flat(frozen) == flat(broken));
}

// Every error is a sentence about the file; nothing else is thrown.
bool refused(const std::string& text) {
  Buffer<char> bytes(text.size());  // aligned as read_file gives it
  std::copy(text.begin(), text.end(), bytes.data());
  const std::string name = "model";
  try {
    parse_file({bytes.data(), bytes.size()}, name);
  } catch (const InvalidInput& error) {
    const std::string what = error.what();
    return what.starts_with("[load] ") && what.find("model") != std::string::npos;
  }
  return false;
}

TEST_CASE("any changed bit, missing byte or extra byte is found") {
  const Path path;
  Dense dense;
  dense.units = 2, dense.use_bias = false;
  Network<float> network(2, {dense});
  network.compile(sgd(0.1, 0.5), Loss::kMeanSquaredError);
  save(network, path.name, "{\"a\": 1}");
  const Buffer<char> bytes = read_file(path.name);
  const std::string text(bytes.data(), bytes.size());
  CHECK_FALSE(refused(text));
  std::size_t believed = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      believed += !refused(changed);
    }
  for (std::size_t length = 0; length < text.size(); ++length) believed += !refused(text.substr(0, length));
  for (std::size_t more = 1; more < 130; ++more) believed += !refused(text + std::string(more, ' '));
  CHECK(believed == 0);
}

// A file of this head, its lengths and checksums corrected: whoever forges files can do that.
std::string forged(std::string text, const std::string& data) {
  text.resize((8 + text.size() + 63) / 64 * 64 - 8, ' ');
  const std::uint64_t length = text.size();
  std::string head(8, '\0');
  std::memcpy(head.data(), &length, 8);
  head += text;
  const std::size_t at = head.find("\"crc32c\":\"");
  if (at == std::string::npos || at + 18 > head.size()) return head + data;
  head.replace(at + 10, 8, "00000000");
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", crc32c(head.data(), head.size()));
  return head.replace(at + 10, 8, digits) + data;
}

TEST_CASE("forged headers are read to the end or refused with a message") {
  const Path path;
  const auto build = [](std::size_t units) {
    Dense hidden;
    hidden.units = units, hidden.kernel_penalty = l1(0.1);
    Network<float> network(2, {hidden, Dense{}});
    network.compile(adam(0.1), Loss::kMeanSquaredError);
    return network;
  };
  Network<float> target = build(3);
  save(target, path.name, "{\"a\": [1, 2]}");
  const Buffer<char> bytes = read_file(path.name);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  const std::string head(bytes.data() + 8, length), data(bytes.data() + 8 + length, bytes.size() - 8 - length);
  REQUIRE(forged(head, data) == std::string(bytes.data(), bytes.size()));
  const char pieces[] = "{}[]\":,0123456789 \\\"F64U32-e";
  reference::Draws draws(11);  // seed 11
  const auto below = [&](std::size_t count) { return draws.below(count); };
  const std::size_t tries = std::getenv("PROXNET_EXHAUSTIVE") ? 200'000 : 20'000;
  std::size_t refusals = 0, read = 0;
  for (std::size_t attempt = 0; attempt < tries; ++attempt) {
    std::string text = head.substr(0, head.find_last_not_of(' ') + 1), tail = data;
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = below(text.size()), count = std::min(text.size() - at, 1 + below(40));
      const std::size_t kind = below(6);
      if (kind < 2) text[at] = pieces[below(sizeof pieces - 1)];
      if (kind == 2) text.erase(at, count);
      if (kind == 3) text.insert(below(text.size()), text.substr(at, count));
      if (kind == 4) text.insert(at, 1, pieces[below(sizeof pieces - 1)]);
      if (kind == 5) tail.resize(below(2 * data.size()), '\1');
      if (text.empty()) text = "{";
    }
    const std::string file = forged(text, tail);
    std::FILE* out = std::fopen(path.name.c_str(), "wb");
    REQUIRE(std::fwrite(file.data(), 1, file.size(), out) == file.size());
    std::fclose(out);
    try {
      restore(target, ModelFile(path.name));
      ++read;
    } catch (const InvalidInput& error) {
      REQUIRE(std::string(error.what()).starts_with("[load] "));
      ++refusals;
    }
  }
  CHECK(refusals + read == tries);
  CHECK(refusals > tries / 2);
}

TEST_CASE("strings and numbers of a header") {
  const std::string name = "model";
  std::uint64_t value = HeaderText("123456789012345678", name).number();
  CHECK(value == 123456789012345678U);
  for (const char* bad : {"", "00", "01", "-1", "1234567890123456789"})
    CHECK_THROWS_AS(HeaderText(bad, name).number(), InvalidInput);
  for (const char* bad : {"", "\"", "\"a", "\"\\\"", "\"\\n\"", "\"\x7f\"", "a\""})
    CHECK_THROWS_AS(HeaderText(bad, name).string(), InvalidInput);
  CHECK(HeaderText(quoted("a\"\\b"), name).string() == "a\"\\b");
}

TEST_CASE("a missing file, and a config that is not ASCII") {
  CHECK_THROWS_AS(ModelFile("/tmp/no such folder/m"), FileError);
  const Network<float> network(2, {Dense{}});
  CHECK_THROWS_AS(save(network, "/tmp/no such folder/m"), FileError);
  CHECK_THROWS_AS(save(network, "/tmp/m", "\n"), InvalidInput);
}

}  // namespace proxnet
