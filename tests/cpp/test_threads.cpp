// A network in many threads, and in a forked child: which operations may run at the same time. Under ThreadSanitizer:
// `make tsan`.
#include <doctest/doctest.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <string>
#include <thread>

#include "network_tools.h"
#include "watchdog.h"

using namespace proxnet;
using namespace tools;

namespace {

constexpr std::size_t kRows = 96;

struct Net {
  Net() : problem(random_table<float>(131, kRows, 6, 1)), network(6, layers(), 2) {  // seed 131
    network.compile(adam(1e-3), Loss::kMeanSquaredError, {{Metric::kMeanAbsoluteError, true}});
  }
  static std::vector<Layer> layers() { return {dense(12, Activation::kTanh, l1(1e-4)), dense(1, Activation::kLinear)}; }
  ConstMatrixView<float> x() const { return {problem.table.x.data(), kRows, 6}; }

  const Problem<float> problem;
  Network<float> network;
};

// Runs it; what is refused must be refused because the network is busy.
template <class F> bool refused(F&& work) {
  try {
    work();
    return false;
  } catch (const InvalidState& e) {
    const std::string words = e.what();
    const bool busy = words.find("middle of an epoch") != std::string::npos ||
                      words.find("being trained") != std::string::npos ||
                      words.find("must not be in use") != std::string::npos;
    if (!busy) throw;
    return true;
  }
}

// Each task in its own thread, `times` times.
void together(int times, const std::vector<std::function<void()>>& work) {
  std::vector<std::thread> threads;
  std::atomic<int> failed{0};
  for (const auto& piece : work)
    threads.emplace_back([&, times] {
      try {
        for (int i = 0; i < times; ++i) piece();
      } catch (...) {
        ++failed;
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(failed == 0);
}

FitOptions<float> epochs(std::size_t count) {
  FitOptions<float> options;
  options.epochs = count, options.batch_size = 16;
  return options;
}

}  // namespace

TEST_CASE("threads: everything at once on one network") {
  const Watchdog watchdog(600);
  const Threads one(1);
  Net net;
  Network<float>& network = net.network;
  const auto start = flat(network);
  std::atomic<int> fits{0}, compiles{0}, evaluations{0};
  const auto finite = [](const std::vector<float>& values) {
    for (const float v : values)
      if (!std::isfinite(v)) throw std::runtime_error("not finite");
  };
  const std::string path = "/tmp/proxnet_threads_" + std::to_string(::getpid());
  together(150,
           {
               [&] { fits += !refused([&] { fit(network, net.problem.data, epochs(2)); }); },
               [&] { fits += !refused([&] { fit(network, net.problem.data, epochs(1)); }); },
               [&] { refused([&] { set_flat(network, start); }); },
               [&] { finite(predict(network, net.x())); },
               [&] { finite(flat(network)); },
               [&] { evaluations += !refused([&] { finite({float(evaluate(network, net.problem.data).loss)}); }); },
               [&] { compiles += !refused([&] { network.compile(sgd(1e-3), Loss::kMeanSquaredError); }); },
               [&] {
                 compiles +=
                     !refused([&] { network.compile(adam(1e-3), Loss::kHuber, {{Metric::kMeanSquaredError, true}}); });
               },
               [&] { refused([&] { network.set_learning_rate(1e-3); }); },
               [&] { refused([&] { network.set_strength_ramps(std::vector<StrengthRamp>(4)); }); },
               [&] { network.sparsity(), network.penalty(), network.iterations(), network.set_trainable(0, true); },
               [&] { optimality(network, net.problem.data); },
           });
  CHECK(fits > 0);
  CHECK(evaluations > 0);
  network.compile(adam(1e-3), Loss::kMeanSquaredError);
  fit(network, net.problem.data, epochs(1));
}

TEST_CASE("threads: a fit that starts while weights are set") {
  const Watchdog watchdog(600);
  const Threads one(1);
  Net net;
  const auto start = flat(net.network);
  together(300, {[&] { Trainer<float>(net.network, net.problem.data, TrainOptions{}); },
                 [&] { set_flat(net.network, start); }});
  CHECK(reference::same(flat(net.network), start));
}

TEST_CASE("threads: save and restore beside training") {
  const Watchdog watchdog(600);
  const Threads one(1);
  Net net;
  const std::string path = "/tmp/proxnet_threads_" + std::to_string(::getpid());
  save(net.network, path, "{}");
  together(20, {[&] { refused([&] { fit(net.network, net.problem.data, epochs(5)); }); },
                [&] { save(net.network, path + "b", "{}"); },
                [&] { refused([&] { restore(net.network, ModelFile(path), OptimizerState::kLeaveOut); }); }});
  Network<float> other(6, Net::layers(), 3);
  restore(other, ModelFile(path + "b"), OptimizerState::kLeaveOut);
  std::remove(path.c_str()), std::remove((path + "b").c_str());
}

TEST_CASE("threads: compile() does not wait for long work: it is refused until that has ended") {
  const Threads one(1);
  Net net;
  Network<float>& network = net.network;
  const auto compile = [&] { network.compile(sgd(1e-3), Loss::kHuber); };
  const Report before = evaluate(network, net.problem.data);
  {
    Evaluator<float> evaluator(network);
    evaluator.add(net.problem.data);
    CHECK_THROWS_WITH_AS(
        compile(), "[compile] the network must not be in use: a fit, evaluate, predict, save or load has not ended",
        InvalidState);
    CHECK_THROWS_AS(network.check_idle("[add]"), InvalidState);
    evaluator.add(net.problem.data);
    CHECK(evaluator.report().loss == doctest::Approx(before.loss));
    CHECK(evaluator.report().metrics.size() == 1);
  }
  {
    const NetworkRun<float> run(network, "[predict]");
    CHECK_THROWS_AS(compile(), InvalidState);
    predict(network, net.x());
  }
  TrainOptions options;
  int hooks = 0;
  options.hooks.end = [&](std::size_t, const Report&) {
    CHECK_THROWS_WITH_AS(compile(), "[compile] the network is being trained", InvalidState);
    evaluate(network, net.problem.data);
    ++hooks;
  };
  Trainer<float>(network, net.problem.data, options).run_epoch(0);
  CHECK(hooks == 3);
  compile();
}

TEST_CASE("a failed start of a fit leaves the network usable") {
  Net net;
  TrainOptions none;
  none.batch_size = 0;
  CHECK_THROWS_AS(Trainer<float>(net.network, none), InvalidInput);
  CHECK_THROWS_AS(Trainer<float>(net.network, Data<float>{net.problem.data.x, {}, nullptr}, {}), InvalidInput);
  Trainer<float> trainer(net.network, net.problem.data, {});
  CHECK_THROWS_AS(Trainer<float>(net.network, net.problem.data, {}), InvalidState);
}

// Each child predicts with its parent's weights, sets them and trains, whatever the parent's threads were about.
TEST_CASE("forks: a child of a process whose threads train and predict has whole weights and can train them") {
  const Watchdog watchdog(600);
  const Threads one(1);
  Net net;
  std::atomic<bool> done{false};
  std::vector<std::thread> busy;
  for (int i = 0; i < 3; ++i)
    busy.emplace_back([&] {
      while (!done) predict(net.network, net.x());
    });
  busy.emplace_back([&] {
    while (!done) fit(net.network, net.problem.data, epochs(3));
  });
  const char* forks = std::getenv("PROXNET_FORKS");
  const int count = forks ? std::atoi(forks) : 200;
  int failed = 0;
  for (int i = 0; i < count; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      alarm(60);  // a child that hangs is found by its status
      bool right = false;
      try {
        const auto weights = flat(net.network);
        const auto before = predict(net.network, net.x());
        set_flat(net.network, weights);
        right = reference::same(before, predict(net.network, net.x()));
        const auto history = fit(net.network, net.problem.data, epochs(1));
        right = right && std::isfinite(history[0].training.loss) && !reference::same(weights, flat(net.network));
        net.network.compile(sgd(1e-3), Loss::kMeanSquaredError);
      } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        right = false;
      }
      ::_exit(right ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    failed += !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  done = true;
  for (auto& thread : busy) thread.join();
  MESSAGE(count, " forks");
  CHECK(failed == 0);
}

#ifdef __GLIBCXX__
namespace {

void* ends_inside(void* argument) {
  auto& net = *static_cast<Net*>(argument);
  TrainOptions options;
  options.hooks.begin = [](std::size_t) { pthread_exit(nullptr); };
  Trainer<float>(net.network, net.problem.data, options).run_epoch(0);
  return argument;
}

}  // namespace

TEST_CASE("a thread that exits within a hook of a team of one can end, and leaves the network usable") {
  const Watchdog watchdog;
  const Threads one(1);
  Net net;
  const auto weights = flat(net.network);
  pthread_t thread;
  REQUIRE(pthread_create(&thread, nullptr, ends_inside, &net) == 0);
  void* result = &net;
  REQUIRE(pthread_join(thread, &result) == 0);
  CHECK(result == nullptr);
  CHECK(reference::same(flat(net.network), weights));
  fit(net.network, net.problem.data, epochs(1));
}
#endif
