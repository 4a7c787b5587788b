// CPU features by the compiler's CPUID helpers; limits by sched_getaffinity and the cgroup files. A missing file means
// no limit.
#include "runtime/cpu.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>
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

double quotient(double quota, double period) {
  return quota > 0 && period > 0 ? quota / period : std::numeric_limits<double>::infinity();
}

// quota / period of the cgroup in `folder`, from one file in version 2 ("max 100000": no quota) or two in version 1.
double version_2_cpus(const std::string& folder) {
  double quota = -1, period = -1;
  std::ifstream(folder + "/cpu.max") >> quota >> period;
  return quotient(quota, period);
}
double version_1_cpus(const std::string& folder) {
  double quota = -1, period = -1;
  std::ifstream(folder + "/cpu.cfs_quota_us") >> quota;
  std::ifstream(folder + "/cpu.cfs_period_us") >> period;
  return quotient(quota, period);
}

// The smallest number over root + path, its parents and `root`. Paths that leave the root are not followed.
double least_along(std::string path, const std::string& root, double (*cpus)(const std::string&)) {
  double least = cpus(root);
  if (!path.starts_with('/') || (path + "/").find("/../") != path.npos) return least;
  for (; !path.empty(); path.erase(path.rfind('/'))) least = std::min(least, cpus(root + path));
  return least;
}

}  // namespace

double cgroup_cpus(const std::string& root, const std::string& membership) {
  std::string path_1, path_2, mount_1 = "/cpu";
  std::ifstream lines(membership);
  for (std::string line; std::getline(lines, line);) {  // number:controllers:path, no controllers in version 2
    const std::size_t first = line.find(':'), second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
    if (controllers.empty())
      path_2 = path;
    else if (("," + controllers + ",").find(",cpu,") != line.npos)
      path_1 = path, mount_1 = "/" + controllers;
  }
  return std::min({least_along(path_2, root, version_2_cpus), least_along(path_2, root + "/unified", version_2_cpus),
                   least_along(path_1, root + "/cpu", version_1_cpus),
                   least_along(path_1, root + mount_1, version_1_cpus)});
}

int usable_cpus() {
  static const double quota = cgroup_cpus("/sys/fs/cgroup", "/proc/self/cgroup");
  const int affinity = affinity_count();
  return quota < affinity ? std::max(1, static_cast<int>(std::ceil(quota))) : affinity;
}

}  // namespace proxnet
