// Thread counts: set_num_threads(), else OpenMP's setting, capped by environment, affinity and quota.
#include "runtime/threads.h"

#include <omp.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "proxnet/runtime.h"
#include "runtime/cpu.h"
#include "runtime/dispatch.h"
#include "runtime/fork_lock.h"
#include "runtime/poll_here.h"

namespace proxnet {

namespace {

constexpr int kMostThreads = 1024;
std::atomic<int> chosen{0};
std::atomic<std::chrono::steady_clock::duration> interval{std::chrono::milliseconds(10)};
std::atomic<unsigned> forks{0};
std::array<std::mutex, 64> locks;

// Initializes function-local statics: a forked child would wait for ever for a thread of its parent that does so.
void initialize_statics() noexcept {
  try {
    get_num_threads(), kernels<float>(), kernels<double>();
  } catch (const std::exception&) {  // a bad environment variable: the call that needs it throws
  }
}

struct ForkGuard {
  ForkGuard() {
    pthread_atfork(
        [] {
          initialize_statics();
          for (std::mutex& lock : locks) lock.lock();
        },
        [] {
          for (std::mutex& lock : locks) lock.unlock();
        },
        [] {
          forks.fetch_add(1, std::memory_order_relaxed);
          for (std::mutex& lock : locks) lock.unlock();
        });
  }
};
const ForkGuard fork_guard;

// Stack of a team's threads: about 30 KB of tiles, and the libraries' part.
constexpr std::size_t kLeastStack = 128 * 1024;

// The stack size that libgomp read when it was loaded.
const std::string asked_stack = [] {
  for (const char* name : {"OMP_STACKSIZE", "GOMP_STACKSIZE"})
    if (const char* text = std::getenv(name)) return std::string(text);
  return std::string();
}();

void check_stack() {
  char* end = nullptr;
  const double size = std::strtod(asked_stack.c_str(), &end);
  while (*end == ' ') ++end;
  const char unit = *end ? static_cast<char>(std::toupper(static_cast<unsigned char>(*end))) : 'K';
  const double bytes = size * (unit == 'B' ? 1 : unit == 'M' ? 1 << 20 : unit == 'G' ? 1 << 30 : 1024);
  check(asked_stack.empty() || !(bytes > 0) || bytes >= static_cast<double>(kLeastStack),
        "[threads] OMP_STACKSIZE must be at least 128k for more than one thread, got '", asked_stack, "'");
}

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
  const int available = std::max(1, std::min(omp_get_max_threads(), usable_cpus()));
  const int cap = environment_threads();
  return cap ? std::min(cap, available) : available;
}

void set_poll_interval(double seconds) {
  check(seconds >= 0 && seconds <= 3600, "[set_poll_interval] seconds must be 0 to 3600, got ", seconds);
  const std::chrono::duration<double> given(seconds);
  interval.store(std::chrono::duration_cast<std::chrono::steady_clock::duration>(given), std::memory_order_relaxed);
}

std::chrono::steady_clock::duration poll_interval() { return interval.load(std::memory_order_relaxed); }

namespace {
thread_local const PollScope* innermost = nullptr;
}

PollScope::PollScope(std::function<void()> poll) : poll_(std::move(poll)), outer_(innermost) { innermost = this; }
PollScope::~PollScope() { innermost = outer_; }
void poll_here() {
  if (innermost) innermost->poll_();
}

int team_threads() { return fork_count() > 0 ? 1 : get_num_threads(); }

std::mutex& fork_lock(const void* owner) { return locks[reinterpret_cast<std::uintptr_t>(owner) / 64 % locks.size()]; }

unsigned fork_count() { return forks.load(std::memory_order_relaxed); }

void probe_threads(int count) {
  thread_local int last_team = 1;  // threads of this caller's last team; libgomp has destroyed others
  if (count <= last_team) {
    last_team = count;
    return;
  }
  check_stack();
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
  last_team = count;
}

}  // namespace proxnet
