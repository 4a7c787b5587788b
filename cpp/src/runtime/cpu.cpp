// CPU features by the compiler's CPUID helpers; limits by sched_getaffinity and the cgroup files, absent files meaning
// none.
#include "runtime/cpu.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace proxnet {

#if defined(__x86_64__)
bool cpu_has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool cpu_has_avx512() {
  return cpu_has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#else
bool cpu_has_avx2() { return false; }
bool cpu_has_avx512() { return false; }
#endif

namespace {

int affinity_count() {
#if defined(__linux__)
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
#endif
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

double cgroup_cpus(const std::string& folder) {
  double quota = -1, period = -1;
  if (std::FILE* f = std::fopen((folder + "/cpu.max").c_str(), "r")) {
    if (std::fscanf(f, "%lf %lf", &quota, &period) != 2) quota = -1;  // "max 100000": no quota
    std::fclose(f);
  } else if (std::FILE* q = std::fopen((folder + "/cpu/cpu.cfs_quota_us").c_str(), "r")) {
    if (std::fscanf(q, "%lf", &quota) != 1) quota = -1;
    std::fclose(q);
    if (std::FILE* p = std::fopen((folder + "/cpu/cpu.cfs_period_us").c_str(), "r")) {
      if (std::fscanf(p, "%lf", &period) != 1) period = -1;
      std::fclose(p);
    }
  }
  return quota > 0 && period > 0 ? quota / period : std::numeric_limits<double>::infinity();
}

int usable_cpus() {
  static const double quota = cgroup_cpus("/sys/fs/cgroup");
  const int affinity = affinity_count();
  return quota < affinity ? std::max(1, static_cast<int>(std::ceil(quota))) : affinity;
}

}  // namespace proxnet
