// Features of this CPU, and how much of it this process may use.
#pragma once

#include <string>

namespace proxnet {

// AVX2 with FMA; AVX-512 F, BW, DQ, VL. Both include support by the operating system.
bool cpu_has_avx2();
bool cpu_has_avx512();
// The CPUs of this process: min(affinity, ceil(smallest cgroup quota)), at least 1.
int usable_cpus();
// The smallest quota / period of a process's cgroups and their parents, versions 1 and 2; infinity without a quota.
// `root`: the mount point; `membership`: the process's /proc/self/cgroup.
double cgroup_cpus(const std::string& root, const std::string& membership);

}  // namespace proxnet
