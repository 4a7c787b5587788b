// Every allocation fails once: std::bad_alloc is thrown or the work is done, nothing leaks, the old file survives.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "allocations.h"
#include "io/whole_file.h"
#include "network_tools.h"
#include "proxnet/file.h"
#include "proxnet/glm.h"
#include "proxnet/ridge.h"

using namespace proxnet;
using namespace tools;

namespace {

// Calls `work` with its first, second, ... allocation failing until none fails any more, and `check` after each with
// whether std::bad_alloc came out. Returns how many failed. `prepare` undoes the call before the first that fails.
template <class Work, class Check>
std::size_t fail_each(const Work& work, const Check& check, const std::function<void()>& prepare = [] {}) {
  work();  // teams of threads and tables are made once
  prepare();
  for (std::size_t index = 0;; ++index) {
    const std::size_t before = allocations::live_bytes();
    bool thrown = false, happened = false;
    {
      const allocations::Failure failure(index);
      try {
        work();
      } catch (const std::bad_alloc&) {
        thrown = true;
      }
      happened = failure.happened();
    }
    const std::size_t after = allocations::live_bytes();
    REQUIRE_MESSAGE(after == before, "allocation ", index);
    check(thrown);
    if (!happened) return index;
  }
}

Network<float> network(std::uint64_t seed) {
  Dense hidden;
  hidden.units = 7, hidden.activation = Activation::kRelu, hidden.kernel_penalty = l1(0.01);
  Network<float> made(5, {hidden, BatchNormalization{}, Dropout{0.25}, Dense{}}, seed);
  made.compile(adam(0.01), Loss::kMeanSquaredError, {{Metric::kMeanAbsoluteError, true}});
  return made;
}

// A folder of its own, gone at the end.
struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / sentence("proxnet_allocations_", ::getpid());
  Folder() { std::filesystem::create_directory(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file() const { return (path / "model").string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
  }
};

std::string bytes_of(const std::string& file) {
  const Buffer<char> bytes = read_file(file);
  return {bytes.data(), bytes.size()};
}

}  // namespace

TEST_CASE("if an allocation of save fails, the old file survives") {
  const Threads some(2);
  const Folder folder;
  const std::string link = (folder.path / "link").string();
  std::filesystem::create_symlink("model", link);
  const Network<float> old_network = network(1), new_network = network(2);
  save(new_network, folder.file(), "{\"new\": 1}");
  const std::string written = bytes_of(folder.file());
  save(old_network, folder.file(), "{}");
  const std::string before = bytes_of(folder.file());
  std::size_t replaced = 0;
  const std::size_t tried = fail_each([&] { save(new_network, link, "{\"new\": 1}"); },
                                      [&](bool thrown) {
                                        REQUIRE(folder.entries() == 2);
                                        REQUIRE(bytes_of(folder.file()) == (thrown ? before : written));
                                        replaced += !thrown;
                                        save(old_network, folder.file(), "{}");
                                      },
                                      [&] { save(old_network, folder.file(), "{}"); });
  CHECK(replaced > 0);
  CHECK(tried > 50);
}

TEST_CASE("if an allocation of load fails, the network is unchanged") {
  const Threads some(2);
  const Folder folder;
  save(network(1), folder.file(), "{}");
  const std::vector<float> read = flat(network(1));
  Network<float> target = network(2);
  const std::vector<float> own = flat(target);
  bool loaded = false;
  const std::size_t tried = fail_each([&] { restore(target, ModelFile(folder.file())); },
                                      [&](bool thrown) {
                                        const std::vector<float> now = flat(target);
                                        REQUIRE((now == read || (thrown && now == own)));
                                        loaded |= !thrown;
                                      });
  CHECK(loaded);
  CHECK(tried > 50);
}

TEST_CASE("any allocation of building, training and predicting may fail") {
  for (const int threads : {1, 2}) {
    const Threads some(threads);
    const Problem<float> problem(random_table<float>(3, 70, 5, 1));  // seed 3
    FitOptions<float> options;
    options.epochs = 2;
    std::vector<float> expected;
    const std::size_t tried = fail_each(
        [&] {
          Network<float> made = network(4);
          fit(made, problem.data, options);
          evaluate(made, problem.data);
          std::vector<float> out = predict(made, {problem.table.x.data(), 70, 5});
          if (expected.empty()) expected = out;
          REQUIRE(out == expected);
        },
        [](bool) {});
    CHECK(tried > 100);
  }
}

TEST_CASE("any allocation of linear fits may fail") {
  const Threads some(2);
  reference::Draws draws(5);  // seed 5
  const std::vector<double> x = draws.vector<double>(30 * 12), y = draws.vector<double>(30);
  std::vector<double> labels(30), strengths = {0.1};
  for (std::size_t i = 0; i < 30; ++i) labels[i] = y[i] > 0;
  PathOptions options;
  options.count = 4, options.eps = 0.1;
  const auto design = [&] { return make_design(DenseView<double>{x.data(), 30, 12, 12, 1}); };
  RidgeData data;
  data.y = y.data();
  CHECK(fail_each([&] { elastic_net_path(*design(), y.data(), nullptr, {}, options); }, [](bool) {}) > 10);
  CHECK(fail_each([&] { glm_path(*design(), labels.data(), nullptr, {}, {}, options); }, [](bool) {}) > 10);
  CHECK(fail_each([&] { ridge_path(*design(), data, strengths.data(), 1, true); }, [](bool) {}) > 5);
  CHECK(fail_each([&] { ridge_cholesky(*design(), data, strengths.data()); }, [](bool) {}) > 5);
}
