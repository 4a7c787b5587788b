// Predictors from files: the bits of the network, packed kernels, the test row, and files that nobody wrote.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "io/model_file.h"
#include "io/network_text.h"
#include "io/packed_array.h"
#include "network/network_impl.h"
#include "network_tools.h"
#include "proxnet/file.h"
#include "proxnet/load_predictor.h"

namespace {

using namespace proxnet;
using namespace tools;
using reference::same;

// Weights drawn from a seed, a share of them zero; variances stay positive.
template <class T>
Network<T> drawn(std::size_t inputs, const std::vector<Layer>& layers, std::uint64_t seed, double zeros) {
  Network<T> network(inputs, layers, seed);
  Draws draws(seed);
  std::vector<T> values;
  for (const auto& array : network.weights())
    for (std::size_t i = 0; i < array.values.size(); ++i) {
      const T value = draws.vector<T>(1)[0];
      const bool zero = array.kind == WeightKind::kKernel && draws.below(1000) < static_cast<std::size_t>(1000 * zeros);
      values.push_back(zero ? T(0) : array.kind == WeightKind::kVariance ? std::abs(value) + T(0.5) : value);
    }
  set_flat(network, values);
  return network;
}

std::vector<std::vector<Layer>> recipes() {
  Dense plain = dense(40, Activation::kLinear);
  plain.use_bias = false;
  BatchNormalization bare;
  bare.center = bare.scale = false, bare.epsilon = 0.1234567890123456789;
  Normalization given{{}, {}, true};
  for (std::size_t j = 0; j < 45; ++j)
    given.mean.push_back(0.1 * static_cast<double>(j)), given.variance.push_back(1.5);
  return {{dense(1, Activation::kLinear)},
          {ColumnSelection{{0, 3, 44}}, dense(33, leaky_relu(0.3)), dense(10, Activation::kSoftmax)},
          {BatchNormalization{}, plain, bare, Dropout{0.5}, ActivationLayer{clipped_relu(4.5, 0.01)},
           ActivityRegularization{{0.1, 0}}, dense(3, Activation::kSigmoid)},
          {given, dense(57, elu(0.7)), Normalization{}, dense(31, Activation::kMish), dense(2, Activation::kLinear)}};
}

std::string file_of(const FileContents& contents) {
  std::string file = file_head(contents);
  for (const FileTensor& tensor : contents.tensors) file += tensor.bytes;
  return file;
}

Buffer<char> aligned(const std::string& file) {
  Buffer<char> bytes(file.size());
  std::copy(file.begin(), file.end(), bytes.data());
  return bytes;
}

template <class T = float> LoadedPredictor<T> load(const std::string& file, bool check_row = true) {
  return load_predictor<T>(std::as_bytes(std::span(file)), {check_row, {}});
}

// The message of the refusal, "" if the file was read.
std::string refusal(const std::string& file, bool check_row = true) {
  try {
    (void)load_any_predictor(std::as_bytes(std::span(file)), {check_row, {}});
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "";
}

template <class T> std::vector<T> predictions(const Predictor<T>& predictor, const std::vector<T>& x) {
  const std::size_t rows = x.size() / predictor.inputs();
  std::vector<T> out(rows * predictor.outputs());
  predictor.predict({x.data(), rows, predictor.inputs()}, {out.data(), rows, predictor.outputs()});
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("a predictor from a file has the bits of the network", T, float, double) {
  constexpr std::size_t kInputs = 45, kRows = 21;
  std::uint64_t seed = 510;  // seeds 510 ..
  for (const auto& layers : recipes())
    for (const double zeros : {0.0, 0.6, 0.95, 1.0}) {
      const Network<T> network = drawn<T>(kInputs, layers, ++seed, zeros);
      const std::vector<T> x = Draws(seed).vector<T>(kRows * kInputs, -2, 2);
      std::vector<T> expected(kRows * network.outputs());
      network.predict({x.data(), kRows, kInputs}, {expected.data(), kRows, network.outputs()});
      const auto loaded = load<T>(saved_bytes(network));
      CHECK(same(predictions(loaded.predictor, x), expected));
      CHECK(loaded.info.threshold == (network.outputs() == 3 ? 0.5 : 0));
    }
}

TEST_CASE("a file tells names and labels; a predictor is of the file's number type") {
  const std::string path = sentence("/tmp/proxnet_test_predictor_", ::getpid());
  const Network<double> network = drawn<double>(2, {dense(3, Activation::kSoftmax)}, 520, 0);  // seed 520
  const PredictorInfo info{{"a b", "100 % \xc3\xa9\n\"\\"}, {"x", "", "z"}, "U", true};
  save(network, path, "", OptimizerState::kKeep, {}, info);
  const auto loaded = load_predictor<double>(path);
  CHECK(loaded.info.input_names == info.input_names);
  CHECK(loaded.info.classes == info.classes);
  CHECK(loaded.info.class_kind == "U");
  CHECK(loaded.info.several_labels);
  CHECK(std::holds_alternative<LoadedPredictor<double>>(load_any_predictor(path)));
  CHECK_THROWS_WITH_AS(load_predictor(path),
                       ("[load] the file must hold float32 weights, " + path + " holds float64").c_str(), InvalidInput);
  CHECK_THROWS_AS(save(network, path, "", OptimizerState::kKeep, {}, {{"only one"}, {}, "", false}), InvalidInput);
  CHECK(load_predictor<double>(path).info.input_names == info.input_names);  // the old file
  std::remove(path.c_str());
  CHECK_THROWS_AS(load_predictor(path), FileError);
}

TEST_CASE_TEMPLATE("packing keeps every bit and checks its counts", T, float, double) {
  using Limits = std::numeric_limits<T>;
  for (std::size_t count = 0; count < 40; ++count) {
    std::vector<T> numbers(count);
    for (std::size_t i = 0; i < count; ++i) {
      const T kinds[] = {0, T(-0.0), Limits::quiet_NaN(), 0, Limits::denorm_min(), -Limits::infinity(), 0, T(1)};
      numbers[i] = kinds[i * 5 % 8];
    }
    const PackedArray<T> packed = pack(numbers.data(), count);
    const std::string_view bitmap(reinterpret_cast<const char*>(packed.bitmap.data()), packed.bitmap.size());
    CHECK(bitmap.size() + packed.values.size() * sizeof(T) == packed_size(numbers.data(), count));
    const T* values = packed.values.data();
    const std::size_t some = packed.values.size();
    CHECK(is_packed(bitmap, values, some, count));
    std::vector<T> back(count, T(5));
    unpack(bitmap, values, back.data(), count);
    CHECK((count == 0 || std::memcmp(back.data(), numbers.data(), count * sizeof(T)) == 0));
    CHECK_FALSE(is_packed(bitmap, values, some + 1, count));
    CHECK_FALSE(is_packed(bitmap, values, some, count + 8));
    if (count == 0) continue;
    std::string more(bitmap);
    more.back() = static_cast<char>(more.back() | 0x80);  // a bit behind the last number, or one more number
    CHECK(is_packed<T>(more, values, some, count) == (more == bitmap));
    std::vector<T> zero = packed.values;
    if (some == 0) continue;
    zero[0] = 0;
    CHECK_FALSE(is_packed(bitmap, zero.data(), some, count));
  }
}

TEST_CASE("LeNet-300-100 with 90 % zeros takes under 20 % of the dense file") {
  const std::vector<Layer> layers = {dense(300, Activation::kRelu), dense(100, Activation::kRelu),
                                     dense(10, Activation::kSoftmax)};
  const std::size_t full = saved_bytes(drawn<float>(784, layers, 530, 0)).size();  // seed 530
  const std::size_t sparse = saved_bytes(drawn<float>(784, layers, 530, 0.9)).size();
  MESSAGE(full, " bytes dense, ", sparse, " packed");
  CHECK(sparse * 5 < full);
}

TEST_CASE_TEMPLATE("a packed network restores with its optimizer, and trains on", T, float, double) {
  Dense hidden = dense(64, Activation::kRelu);
  hidden.kernel_penalty = l1(0.01);
  Network<T> network = drawn<T>(30, {hidden, dense(1, Activation::kLinear)}, 540, 0.9);  // seed 540
  network.compile(adam(0.01), Loss::kMeanSquaredError);
  const std::string bytes = saved_bytes(network);
  const ModelFile file = ModelFile::from_bytes(bytes);
  const auto names = file.names();
  CHECK(std::count(names.begin(), names.end(), "layers.0.kernel.bitmap") == 1);
  CHECK(std::count(names.begin(), names.end(), "layers.1.kernel") == 1);  // small
  CHECK(file.weight_capacity() >= 30 * 64 + 64 + 64 + 1);
  Network<T> other(30, {hidden, dense(1, Activation::kLinear)}, 2);
  other.compile(adam(0.01), Loss::kMeanSquaredError);
  restore(other, file);
  CHECK(same(flat(other), flat(network)));
  check_test_row(other, file);
  CHECK(saved_bytes(other) == bytes);
}

TEST_CASE_TEMPLATE("the test row finds other weights, and passes other roundings", T, float, double) {
  std::uint64_t seed = 550;  // seeds 550 ..
  for (const auto& layers : recipes()) {
    Network<T> network = drawn<T>(45, layers, ++seed, 0.3);
    const std::string bytes = saved_bytes(network);
    const ModelFile file = ModelFile::from_bytes(bytes);
    const FileTensor& outputs = file.impl().expect(kTestOutputs, kType<T>, {network.outputs()});
    const std::vector<std::uint8_t> row = test_row(45);
    const auto snapshot = network.impl().published();
    const std::vector<double> bound =
        rounding_bound(*snapshot->run_layers, *snapshot, test_inputs<T>(row.data(), row.size()));
    const double scale = sizeof(T) == 4 ? 1 : 1e-8;
    CHECK(*std::max_element(bound.begin(), bound.end()) < scale);  // it can fail
    CHECK(*std::min_element(bound.begin(), bound.end()) > 0);
    for (const double factor : {0.9, 2.0}) {
      FileContents contents = file.impl().contents;
      std::vector<T> moved(numbers_of<T>(outputs), numbers_of<T>(outputs) + network.outputs());
      moved[0] = static_cast<T>(static_cast<double>(moved[0]) + factor * bound[0]);
      for (FileTensor& tensor : contents.tensors)
        if (tensor.name == kTestOutputs)
          tensor.bytes = {reinterpret_cast<const char*>(moved.data()), moved.size() * sizeof(T)};
      const std::string changed = file_of(contents);
      CHECK(refusal(changed).starts_with("[load] the test row must give") == (factor > 1));
      CHECK(refusal(changed, false).empty());
    }
    std::vector<T> values = flat(network);
    values.back() += T(0.5);  // the last bias
    set_flat(network, values);
    CHECK_THROWS_AS(check_test_row(network, file), InvalidInput);
  }
}

// The bound holds for float against double: two predictions that round differently.
TEST_CASE("rounding_bound bounds the difference of float and double predictions") {
  std::uint64_t seed = 560;  // seeds 560 ..
  for (const auto& layers : recipes()) {
    const Network<float> network = drawn<float>(45, layers, ++seed, 0.3);
    Network<double> twin(45, layers, 1);
    const std::vector<float> values = flat(network);
    set_flat(twin, std::vector<double>(values.begin(), values.end()));
    const std::vector<std::uint8_t> row = test_row(45);
    const std::vector<float> x = test_inputs<float>(row.data(), row.size());
    const std::vector<double> wide(x.begin(), x.end());
    std::vector<float> out(network.outputs());
    std::vector<double> exact(network.outputs());
    network.predict({x.data(), 1, 45}, {out.data(), 1, out.size()});
    twin.predict({wide.data(), 1, 45}, {exact.data(), 1, exact.size()});
    const auto snapshot = network.impl().published();
    const std::vector<double> bound = rounding_bound(*snapshot->run_layers, *snapshot, x);
    for (std::size_t j = 0; j < out.size(); ++j) CHECK(std::abs(out[j] - exact[j]) <= bound[j] / 2);
  }
}

TEST_CASE("every changed bit and every truncation of a packed file is an error for load_predictor") {
  const std::string file = saved_bytes(
      drawn<float>(8, {dense(33, Activation::kRelu), dense(2, Activation::kLinear)}, 570, 0.9));  // seed 570
  REQUIRE(refusal(file).empty());
  std::size_t believed = 0;
  for (std::size_t i = 0; i < file.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = file;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      believed += !refusal(changed, false).starts_with("[load] ");
    }
  for (std::size_t length = 0; length < file.size(); ++length)
    believed += !refusal(file.substr(0, length), false).starts_with("[load] ");
  CHECK(believed == 0);
}

TEST_CASE("descriptions that do not fit the arrays, and descriptions that are none") {
  const std::string bytes =
      saved_bytes(drawn<float>(20, {dense(33, Activation::kRelu), dense(2, Activation::kLinear)}, 580, 0.9));
  const Buffer<char> memory = aligned(bytes);
  const FileContents good = parse_file({memory.data(), memory.size()}, "good");
  const auto with = [&](const std::string& from, const std::string& to) {
    FileContents changed = good;
    const std::size_t at = changed.network.find(from);
    REQUIRE(at != std::string::npos);
    changed.network.replace(at, from.size(), to);
    return refusal(file_of(changed));
  };
  const std::pair<const char*, const char*> cases[] = {
      {"\"units\":33", "\"units\":34"},
      {"\"units\":33", "\"units\":999999999999"},
      {"\"units\":33", "\"units\":999999999999999999"},
      {"\"units\":33", "\"units\":0"},
      {"\"inputs\":20", "\"inputs\":21"},
      {"\"inputs\":20", "\"inputs\":0"},
      {"\"inputs\":20", "\"inputs\":999999999999999999"},
      {"\"bias\":true", "\"bias\":false"},
      {"\"bias\":true", "\"bias\":truer"},
      {"\"name\":\"relu\"", "\"name\":\"rely\""},
      {"\"name\":\"relu\"", "\"name\":\"softmax\",\"name\":\"relu\""},
      {"\"parameter\":0", "\"parameter\":-1"},
      {"\"parameter\":0", "\"parameter\":inf"},
      {"\"parameter\":0", "\"parameter\":1e999"},
      {"\"parameter\":0", "\"parameter\":nan"},
      {"\"dtype\":\"F32\"", "\"dtype\":\"F64\""},
      {"\"dtype\":\"F32\"", "\"dtype\":\"U64\""},
      {"\"input_names\":[]", "\"input_names\":[\"a\"]"},
      {"\"classes\":[]", "\"classes\":[\"%4\"]"},
      {"\"classes\":[]", "\"classes\":[\"%-1\"]"},
      {"\"layers\":[", "\"layers\":[[[["},
      {"\"layers\":[", "\"layers\":[{\"kind\":\"column_selection\",\"columns\":[3,3]},"},
      {"\"layers\":[", "\"layers\":[{\"kind\":\"column_selection\",\"columns\":[20]},"},
      {"\"layers\":[", "\"layers\":[{\"kind\":\"batch_normalization\",\"epsilon\":-1,\"center\":true,\"scale\":true},"},
      {"}]", "}],"},
  };
  for (const auto& [from, to] : cases) CHECK_MESSAGE(with(from, to).starts_with("[load] "), to);
  for (const char* none : {"{", "[]", "{}", "null"}) {
    FileContents changed = good;
    changed.network = none;
    CHECK(refusal(file_of(changed)).starts_with("[load] "));
  }
  CHECK(with("\"ceiling\":6", "\"ceiling\":7").empty());  // of relu: it has none
}

// Files with right checksums, changed in every part, from seed 590: refused, or a predictor that predicts.
TEST_CASE("mutations with right checksums end in an error or in a predictor") {
  Draws draws(590);
  const std::size_t tries = std::getenv("PROXNET_EXHAUSTIVE") ? 400'000 : 20'000;
  std::size_t read = 0, refused = 0;
  const char pieces[] = "{}[]\":,0123456789 \\%truefals-e.";
  std::vector<std::string> files;
  for (const auto& layers : recipes()) files.push_back(saved_bytes(drawn<float>(45, layers, 591, 0.9)));
  files.push_back(saved_bytes(drawn<double>(3, {dense(2, Activation::kLinear)}, 592, 0)));
  for (std::size_t attempt = 0; attempt < tries; ++attempt) {
    const Buffer<char> memory = aligned(files[draws.below(files.size())]);
    FileContents contents = parse_file({memory.data(), memory.size()}, "good");
    std::vector<std::string> kept(contents.tensors.size());
    for (std::size_t changes = 1 + draws.below(3); changes > 0; --changes) {
      std::string& text = contents.network;
      const std::size_t kind = draws.below(10), at = draws.below(text.size()), t = draws.below(contents.tensors.size());
      FileTensor& tensor = contents.tensors[t];
      if (kind < 2) text[at] = pieces[draws.below(sizeof pieces - 1)];
      if (kind == 2) text.erase(at, 1 + draws.below(12));
      if (kind == 3) text.insert(draws.below(text.size()), text.substr(at, draws.below(60)));
      if (text.empty()) text = "{";
      if (kind == 4 && !tensor.shape.empty()) tensor.shape[draws.below(tensor.shape.size())] = draws.below(100);
      if (kind == 5) tensor.name = contents.tensors[draws.below(contents.tensors.size())].name + (t % 2 ? "" : "s");
      if (kind == 6 || kind == 7) {
        kept[t] = tensor.bytes;
        for (char& byte : kept[t])
          if (draws.below(kept[t].size()) < 2) byte = static_cast<char>(byte ^ 1 << draws.below(8));
        tensor.bytes = kept[t];
      }
      if (kind == 8) tensor.type = static_cast<NumberType>(draws.below(4));
      if (kind == 9) tensor.shape.assign(draws.below(3), tensor.bytes.size() / size_of(tensor.type));
    }
    const std::string file = file_of(contents);
    try {
      const AnyPredictor any = load_any_predictor(std::as_bytes(std::span(file)), {draws.below(2) == 0, {}});
      std::visit(
          [](const auto& loaded) {
            using T = std::conditional_t<std::is_same_v<std::decay_t<decltype(loaded)>, LoadedPredictor<float>>, float,
                                         double>;
            const std::size_t inputs = loaded.predictor.inputs();
            if (inputs > 1000) return;
            CHECK(predictions(loaded.predictor, std::vector<T>(2 * inputs)).size() == 2 * loaded.predictor.outputs());
          },
          any);
      ++read;
    } catch (const InvalidInput& error) {
      REQUIRE(std::string(error.what()).starts_with("[load] "));
      ++refused;
    }
  }
  CHECK(read + refused == tries);
  CHECK(read > tries / 100);
  CHECK(refused > tries / 2);
}
