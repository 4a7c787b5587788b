// The speed of each kernel on one thread: sizes from first-level cache to memory, every instruction set of this CPU.
// Products report GFLOP/s; what only moves numbers reports GB/s, each array read or written counted once. The rows
// `peak` and `triad` are what the machine does at most: read the others against them.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/kernel_table.h"
#include "peaks.h"
#include "proxnet/version.h"
#include "runtime/dispatch.h"

namespace {

using proxnet::KernelTable;

// Aligned as the library aligns its arrays, filled with numbers in (-2, 2) that do not repeat in step with anything.
template <class T> class Buffer {
 public:
  explicit Buffer(std::size_t count) : storage_(count + 64 / sizeof(T)) {
    std::uint32_t state = 1;
    for (T& value : storage_) {
      state = state * 1664525u + 1013904223u;
      value = static_cast<T>(static_cast<std::int32_t>(state >> 8) - (1 << 23)) / static_cast<T>(1 << 22);
    }
  }
  T* data() {
    const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
    return storage_.data() + (64 - address % 64) % 64 / sizeof(T);
  }

 private:
  std::vector<T> storage_;
};

// Shown as a rate: GFLOP=.../s, GB=.../s.
void report(benchmark::State& state, const char* unit, double per_iteration) {
  state.counters[unit] = benchmark::Counter(per_iteration * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

template <class T> void gemm(benchmark::State& state, const KernelTable<T>& kernels, std::size_t rows,
                             std::size_t depth) {
  constexpr std::size_t kPanel = proxnet::kPanel<T>, kCols = 2 * kPanel;
  Buffer<T> a(rows * depth), b(depth * kCols), c(rows * kCols);
  proxnet::GemmPanel<T> panels{};
  panels.rows = rows, panels.cols = kCols, panels.depth = depth;
  panels.a = a.data(), panels.a_row = static_cast<std::ptrdiff_t>(depth), panels.a_step = 1;
  panels.b = b.data(), panels.b_step = kPanel, panels.b_panel = static_cast<std::ptrdiff_t>(depth * kPanel);
  panels.c = c.data(), panels.c_row = kPanel, panels.c_panel = static_cast<std::ptrdiff_t>(rows * kPanel);
  for (auto _ : state) {
    kernels.gemm_panel(panels);
    benchmark::ClobberMemory();
  }
  report(state, "GFLOP", 2.0 * static_cast<double>(rows * depth * kCols));
}

// Runs `work` over arrays of `count` elements, of which it touches `arrays`.
template <class T, class F> void stream(benchmark::State& state, std::size_t count, std::size_t arrays, F work) {
  for (auto _ : state) {
    work();
    benchmark::ClobberMemory();
  }
  report(state, "GB", static_cast<double>(count * arrays * sizeof(T)));
}

template <class T>
void map(benchmark::State& state, void (*kernel)(std::size_t, const T*, T*), std::size_t n, bool positive) {
  Buffer<T> x(n), y(n);
  if (positive) std::for_each_n(x.data(), n, [](T& v) { v = v < 0 ? -v : v + T(1e-3); });
  stream<T>(state, n, 2, [&] { kernel(n, x.data(), y.data()); });
}

template <class T>
void propose(benchmark::State& state, const KernelTable<T>& kernels, int kind, std::size_t states, std::size_t n) {
  Buffer<T> w(n), g(n), point(n), metric(n);
  std::vector<Buffer<T>> moments(states, Buffer<T>(n));
  std::vector<T*> pointers;
  for (auto& moment : moments) {
    std::fill_n(moment.data(), n, T(0.5));
    pointers.push_back(moment.data());
  }
  proxnet::StepScalars<T> scalars;
  scalars.learning_rate = scalars.metric_scale = T(1e-3);
  scalars.momentum = T(0.9), scalars.gain_1 = T(0.1), scalars.gain_2 = T(0.001), scalars.epsilon = T(1e-7);
  scalars.power = T(0.6);
  stream<T>(state, n, 4 + 2 * states, [&] {
    kernels.propose[kind](n, scalars, w.data(), g.data(), pointers.data(), point.data(), metric.data());
  });
}

template <class T> void prox(benchmark::State& state, const KernelTable<T>& kernels, T l2, std::size_t n) {
  Buffer<T> point(n), metric(n), w(n);
  std::fill_n(metric.data(), n, T(1e-3));
  const proxnet::PenaltyScalars<T> strengths{T(0.5), l2};
  stream<T>(state, n, 3, [&] {
    kernels.prox[static_cast<int>(proxnet::PenaltyKernel::kElasticNet)](n / proxnet::kPanel<T>, strengths, nullptr,
                                                                        point.data(), metric.data(), w.data());
  });
}

template <class T> void column_sums(benchmark::State& state, const KernelTable<T>& kernels, std::size_t n) {
  const std::size_t cols = 64, rows = n / cols;
  Buffer<T> x(n), out(cols);
  stream<T>(state, n, 1, [&] { kernels.column_sums(rows, cols, x.data(), cols, out.data()); });
}

// Rows of ten logits, as at the end of a classifier: the activation alone, or with its cross-entropy and gradient.
template <class T> void softmax(benchmark::State& state, const KernelTable<T>& kernels, std::size_t n) {
  const std::size_t width = proxnet::kRowPad<T>, rows = n / width;
  Buffer<T> h(n);
  proxnet::ActivationRows<T> a = {};
  a.rows = rows, a.cols = 10, a.h = h.data(), a.h_row = static_cast<std::ptrdiff_t>(width);
  stream<T>(state, n, 2, [&] { kernels.activate[static_cast<int>(proxnet::ActivationKernel::kSoftmax)](a); });
}

template <class T> void softmax_loss(benchmark::State& state, const KernelTable<T>& kernels, std::size_t n) {
  const std::size_t width = proxnet::kRowPad<T>, rows = n / width;
  Buffer<T> h(n), y(rows), scale(rows), d(n), loss(rows);
  std::fill_n(y.data(), rows, T(3));
  proxnet::LossRows<T> block{};
  block.rows = rows, block.cols = 10;
  block.h = h.data(), block.h_row = static_cast<std::ptrdiff_t>(width);
  block.y = y.data(), block.y_row = 1;
  block.row_scale = scale.data(), block.row_loss = loss.data();
  block.d = d.data(), block.d_row = static_cast<std::ptrdiff_t>(width);
  stream<T>(state, n, 3, [&] { kernels.loss[static_cast<int>(proxnet::LossKernel::kSoftmaxSparse)](block); });
}

template <class T> void transpose(benchmark::State& state, const KernelTable<T>& kernels, std::size_t n) {
  const std::size_t cols = 64, rows = n / cols;
  Buffer<T> from(n), to(n);
  stream<T>(state, n, 2, [&] {
    kernels.transpose(rows, cols, from.data(), static_cast<std::ptrdiff_t>(cols), to.data(),
                      static_cast<std::ptrdiff_t>(rows));
  });
}

template <class T, class F> void add(const KernelTable<T>& kernels, const std::string& name, std::size_t n, F body) {
  const std::string type = sizeof(T) == 4 ? "float" : "double";
  benchmark::RegisterBenchmark((name + "/" + type + "/" + kernels.isa + "/" + std::to_string(n)).c_str(), body);
}

void add_peaks(const KernelTable<float>& k) {
  const peaks::Peaks* found = nullptr;
#if defined(__x86_64__)
  for (const peaks::Peaks* p : {&peaks::baseline, &peaks::avx2, &peaks::avx512})
    if (std::string(p->isa) == k.isa) found = p;
#elif defined(__aarch64__)
  found = &peaks::neon;
#endif
  if (!found) return;
  const auto chains = [](auto run, auto start) {
    return [run, start](benchmark::State& s) {
      auto result = start;
      double flop = 0;
      for (auto _ : s) flop = run(100000, &result);
      benchmark::DoNotOptimize(result);
      report(s, "GFLOP", flop);
    };
  };
  const std::string isa = k.isa;
  benchmark::RegisterBenchmark(("peak/float/" + isa).c_str(), chains(found->multiply_add_float, 1.0f));
  benchmark::RegisterBenchmark(("peak/double/" + isa).c_str(), chains(found->multiply_add_double, 1.0));
  for (const std::size_t n : {1u << 10, 1u << 14, 1u << 20, 1u << 26})
    add(k, "triad", n, [found, n](benchmark::State& s) {
      Buffer<float> a(n), b(n), c(n);
      stream<float>(s, n, 3, [&] { found->triad(n, 0.5f, a.data(), b.data(), c.data()); });
    });
}

template <class T> void add_products(const KernelTable<T>& k) {
  for (const std::size_t rows : {1, 12, 128}) {
    for (const std::size_t depth : {64, 784}) {
      add(k, "gemm/depth:" + std::to_string(depth) + "/rows", rows,
          [&k, rows, depth](benchmark::State& s) { gemm(s, k, rows, depth); });
    }
  }
}

template <class T> void add_streams(const KernelTable<T>& k) {
  using proxnet::OptimizerKernel;
  struct Proposal {
    const char* name;
    OptimizerKernel kind;
    std::size_t states;
  };
  static constexpr Proposal kProposals[] = {
      {"propose_sgd", OptimizerKernel::kSgd, 0},
      {"propose_momentum", OptimizerKernel::kMomentum, 1},
      {"propose_adam", OptimizerKernel::kAdam, 2},
      {"propose_rmsprop", OptimizerKernel::kRmsprop, 1},
      {"propose_rmsprop_general", OptimizerKernel::kRmspropGeneral, 4},
      {"propose_amsgrad", OptimizerKernel::kAmsgrad, 3},
      {"propose_nadam", OptimizerKernel::kNadam, 2},
      {"propose_adamax", OptimizerKernel::kAdamax, 2},
      {"propose_lion", OptimizerKernel::kLion, 1},
      {"propose_adagrad", OptimizerKernel::kAdagrad, 1},
      {"propose_ftrl", OptimizerKernel::kFtrl, 2},
      {"propose_ftrl_power", OptimizerKernel::kFtrlPower, 2},
  };
  for (const std::size_t n : {1u << 10, 1u << 14, 1u << 20}) {
    add(k, "exp", n, [&k, n](benchmark::State& s) { map<T>(s, k.exp, n, false); });
    add(k, "log", n, [&k, n](benchmark::State& s) { map<T>(s, k.log, n, true); });
    add(k, "tanh", n, [&k, n](benchmark::State& s) { map<T>(s, k.tanh, n, false); });
    add(k, "sigmoid", n, [&k, n](benchmark::State& s) { map<T>(s, k.sigmoid, n, false); });
    for (const Proposal& p : kProposals) {
      add(k, p.name, n, [&k, &p, n](benchmark::State& s) { propose(s, k, static_cast<int>(p.kind), p.states, n); });
    }
    add(k, "prox_l1", n, [&k, n](benchmark::State& s) { prox(s, k, T(0), n); });
    add(k, "prox_l1_l2", n, [&k, n](benchmark::State& s) { prox(s, k, T(0.1), n); });
    add(k, "sum", n, [&k, n](benchmark::State& s) {
      Buffer<T> x(n);
      stream<T>(s, n, 1, [&] { benchmark::DoNotOptimize(k.sum(n, x.data())); });
    });
    add(k, "dot", n, [&k, n](benchmark::State& s) {
      Buffer<T> x(n), y(n);
      stream<T>(s, n, 2, [&] { benchmark::DoNotOptimize(k.dot(n, x.data(), y.data())); });
    });
    add(k, "softmax", n, [&k, n](benchmark::State& s) { softmax(s, k, n); });
    add(k, "softmax_loss", n, [&k, n](benchmark::State& s) { softmax_loss(s, k, n); });
    add(k, "transpose", n, [&k, n](benchmark::State& s) { transpose(s, k, n); });
    add(k, "column_sums", n, [&k, n](benchmark::State& s) { column_sums(s, k, n); });
    add(k, "count_zeros", n, [&k, n](benchmark::State& s) {
      Buffer<T> x(n);
      stream<T>(s, n, 1, [&] { benchmark::DoNotOptimize(k.count_zeros(n, x.data())); });
    });
    add(k, "all_finite", n, [&k, n](benchmark::State& s) {
      Buffer<T> x(n);
      stream<T>(s, n, 1, [&] { benchmark::DoNotOptimize(k.all_finite(n, x.data())); });
    });
    add(k, "dropout", n, [&k, n](benchmark::State& s) {
      Buffer<T> x(n), y(n);
      stream<T>(s, n, 2, [&] { k.dropout(n, 1, 0, 1u << 31, T(2), x.data(), y.data()); });
    });
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto* kernels : proxnet::supported_kernels<float>()) add_peaks(*kernels);
  for (const auto* kernels : proxnet::supported_kernels<float>()) add_products(*kernels);
  for (const auto* kernels : proxnet::supported_kernels<double>()) add_products(*kernels);
  for (const auto* kernels : proxnet::supported_kernels<float>()) add_streams(*kernels);
  for (const auto* kernels : proxnet::supported_kernels<double>()) add_streams(*kernels);
  benchmark::AddCustomContext("proxnet", PROXNET_VERSION_STRING);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
