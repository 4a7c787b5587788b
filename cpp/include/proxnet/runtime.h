// Which instruction set runs and on how many threads.
#pragma once

#include <string>
#include <vector>

#include "proxnet/error.h"

namespace proxnet {

// The instruction set in use: "baseline", "avx2", "avx512" or "neon". PROXNET_ISA forces one of those supported;
// any other value is an InvalidInput that lists the choices.
PROXNET_EXPORT std::string active_isa();
// Those this build has and this CPU runs, best first.
PROXNET_EXPORT std::vector<std::string> supported_isas();

// 0 means the default: omp_get_max_threads() at the time of the call, capped by PROXNET_NUM_THREADS, the process'
// affinity and its cgroup quota.
PROXNET_EXPORT void set_num_threads(int count);
// The number of threads the next call will use at most.
PROXNET_EXPORT int get_num_threads();

// Poll functions are asked this often from inside long work, where there is a chance: by default every 0.01 s. With 0
// every chance is taken, so that a test can count them.
PROXNET_EXPORT void set_poll_interval(double seconds);

struct BuildInfo {
  std::string version, compiler, isa, openmp;
  std::vector<std::string> isas;
  int threads = 0;
};
PROXNET_EXPORT BuildInfo build_info();

}  // namespace proxnet
