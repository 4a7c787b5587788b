// Instruction set and threads.
#pragma once

#include <string>
#include <vector>

#include "proxnet/error.h"

namespace proxnet {

// The instruction set in use: "baseline", "avx2", "avx512" or "neon". PROXNET_ISA selects one of supported_isas();
// other values throw InvalidInput.
PROXNET_EXPORT std::string active_isa();
// The instruction sets that build and CPU support, best first.
PROXNET_EXPORT std::vector<std::string> supported_isas();

// 0: the default, omp_get_max_threads() at each call, capped by PROXNET_NUM_THREADS, affinity and cgroup quota.
PROXNET_EXPORT void set_num_threads(int count);
// The most threads that the next call will use.
PROXNET_EXPORT int get_num_threads();

// The time between two calls of a poll function from inside long work, by default 0.01 s. 0: every possible call, for
// tests that count them.
PROXNET_EXPORT void set_poll_interval(double seconds);

struct BuildInfo {
  std::string version, compiler, isa, openmp;
  std::vector<std::string> isas;
  int threads = 0;
};
PROXNET_EXPORT BuildInfo build_info();

}  // namespace proxnet
