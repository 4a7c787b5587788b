// Thread counts: set_num_threads, else OpenMP's setting at call time, capped by environment, affinity and quota.
#include "runtime/threads.h"

#include <omp.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <semaphore>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include "proxnet/runtime.h"
#include "runtime/cpu.h"

namespace proxnet {

namespace {

constexpr int kMostThreads = 1024;
std::atomic<int> chosen{0};
std::atomic<bool> forked{false};

struct ForkGuard {
  ForkGuard() {
    pthread_atfork(nullptr, nullptr, [] { forked.store(true, std::memory_order_relaxed); });
  }
};
const ForkGuard fork_guard;

int environment_threads() {
  const char* text = std::getenv("PROXNET_NUM_THREADS");
  if (!text || !*text) return 0;
  char* end = nullptr;
  const long count = std::strtol(text, &end, 10);
  check(*end == '\0' && count >= 1 && count <= kMostThreads, "[threads] PROXNET_NUM_THREADS must be 1 to ",
        kMostThreads, ", got '", text, "'");
  return static_cast<int>(count);
}

}  // namespace

void set_num_threads(int count) {
  check(count >= 0 && count <= kMostThreads, "[set_num_threads] count must be 0 (default) to ", kMostThreads, ", got ",
        count);
  chosen.store(count, std::memory_order_relaxed);
}

int get_num_threads() {
  if (const int count = chosen.load(std::memory_order_relaxed)) return count;
  const int most = std::max(1, std::min(omp_get_max_threads(), usable_cpus()));
  const int cap = environment_threads();
  return cap ? std::min(cap, most) : most;
}

int team_threads() { return forked.load(std::memory_order_relaxed) ? 1 : get_num_threads(); }

void probe_threads(int count) {
  thread_local int had = 1;  // by the last team: libgomp has let go of all beyond
  if (count <= had) {
    had = count;
    return;
  }
  std::counting_semaphore<kMostThreads> hold(0);
  std::vector<std::thread> probes;
  bool failed = false;
  try {
    probes.reserve(static_cast<std::size_t>(count - 1));
    for (int i = 1; i < count; ++i) probes.emplace_back([&hold] { hold.acquire(); });
  } catch (const std::system_error&) {
    failed = true;
  }
  hold.release(static_cast<std::ptrdiff_t>(probes.size()));
  for (auto& probe : probes) probe.join();
  if (failed)
    throw std::runtime_error(sentence("[threads] the system refused to create ", count - 1,
                                      " threads; lower set_num_threads or PROXNET_NUM_THREADS"));
  had = count;
}

}  // namespace proxnet
