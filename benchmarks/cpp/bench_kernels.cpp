// The roofline of every kernel on one thread: sizes from first-level cache to memory, every instruction set of this
// CPU. The rows `peak` and `triad` are what the machine does at most; they are measured first, and every other row says
// what part of both it reaches.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <string>
#include <vector>

#include "ceilings.h"
#include "proxnet/version.h"
#include "roofline.h"
#include "runtime/dispatch.h"

namespace {

using proxnet::KernelTable;
using roofline::Case;

// Shown as a rate: GFLOP=.../s, GB=.../s.
void report(benchmark::State& state, const char* unit, double per_iteration) {
  if (per_iteration == 0) return;
  state.counters[unit] = benchmark::Counter(per_iteration * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

template <class T> void run(benchmark::State& state, const KernelTable<T>& kernels, const Case<T>& work) {
  // One allocation serves all tries of a row.
  static const void *table = nullptr, *made = nullptr;
  static roofline::Call call;
  if (table != &kernels || made != &work) call = nullptr, call = work.make(kernels), table = &kernels, made = &work;
  call();
  const std::clock_t start = std::clock();
  for (auto _ : state) {
    call();
    benchmark::ClobberMemory();
  }
  const double seconds = std::max(1e-9, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  const double calls = static_cast<double>(state.iterations());
  report(state, "GFLOP", work.flop);
  report(state, "GB", work.bytes);
  const double most = ceilings::multiply_adds(kernels.isa, work.in_double || sizeof(T) == sizeof(double));
  const double fastest = ceilings::bandwidth(kernels.isa, work.span);
  if (most == 0) return;
  const double of_peak = work.flop * calls / seconds / most, of_bandwidth = work.bytes * calls / seconds / fastest;
  state.counters["of_fma_peak"] = std::round(1000 * of_peak) / 1000;
  state.counters["of_bandwidth"] = std::round(1000 * of_bandwidth) / 1000;
  state.SetLabel(of_peak > of_bandwidth ? "arithmetic" : "bandwidth");
}

template <class T> std::string type_and_isa(const KernelTable<T>& kernels) {
  return (sizeof(T) == 4 ? "/float/" : "/double/") + std::string(kernels.isa);
}

void add_peaks(const KernelTable<float>& kernels) {
  const peaks::Peaks* found = ceilings::find(kernels.isa);
  if (!found) return;
  const auto chains = [](auto multiply_add, auto start) {
    return [multiply_add, start](benchmark::State& state) {
      auto result = start;
      double flop = 0;
      for (auto _ : state) flop = multiply_add(10000, &result);
      benchmark::DoNotOptimize(result);
      report(state, "GFLOP", flop);
    };
  };
  const std::string isa = kernels.isa;
  benchmark::RegisterBenchmark(("peak/float/" + isa).c_str(), chains(found->multiply_add_float, 1.0f));
  benchmark::RegisterBenchmark(("peak/double/" + isa).c_str(), chains(found->multiply_add_double, 1.0));
  for (const std::size_t n : {1u << 10, 1u << 14, 1u << 17, 1u << 20, 1u << 24}) {
    const auto triad = [found, n](benchmark::State& state) {
      const roofline::Buffer<float> a(n), b(n), c(n);
      for (auto _ : state) {
        found->triad(n, 0.5f, a.data(), b.data(), c.data());
        benchmark::ClobberMemory();
      }
      report(state, "GB", 3.0 * static_cast<double>(n) * sizeof(float));
    };
    benchmark::RegisterBenchmark(("triad/float/" + isa + "/" + std::to_string(n)).c_str(), triad);
  }
}

template <class T> const roofline::Cases<T>& cases() {
  static const roofline::Cases<T> all = [] {
    roofline::Cases<T> list;
    roofline::add_products(list);
    roofline::add_predictor(list);
    roofline::add_updates(list);
    roofline::add_penalties(list);
    roofline::add_activations(list);
    roofline::add_losses(list);
    roofline::add_reductions(list);
    roofline::add_columns(list);
    roofline::add_functions(list);
    roofline::add_linear(list);
    return list;
  }();
  return all;
}

template <class T> void add_cases() {
  for (const Case<T>& work : cases<T>())
    for (const KernelTable<T>* kernels : proxnet::supported_kernels<T>())
      benchmark::RegisterBenchmark((work.name + type_and_isa(*kernels) + "/" + std::to_string(work.size)).c_str(),
                                   [&work, kernels](benchmark::State& state) { run(state, *kernels, work); });
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto* kernels : proxnet::supported_kernels<float>()) add_peaks(*kernels);
  add_cases<float>();
  add_cases<double>();
  benchmark::AddCustomContext("proxnet", PROXNET_VERSION_STRING);
  std::string brief = "--benchmark_min_time=0.04";  // there are thousands of rows; an option of the caller overrides it
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, brief.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
