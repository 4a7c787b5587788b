// What this CPU can do, and nothing else.
#pragma once

#include <string>

namespace proxnet {

// AVX2 with FMA; AVX-512 F, BW, DQ, VL; both with the operating system saving their registers.
bool cpu_has_avx2();
bool cpu_has_avx512();
// How many CPUs this process may run on: its affinity, then the smallest of its cgroups' quotas rounded up. At least 1.
int usable_cpus();
// The smallest quota / period of the cgroups that a process is in, its own one and those above, of versions 1 and 2;
// infinity where there is none. `root` is where they are mounted, `membership` the process's /proc/self/cgroup.
double cgroup_cpus(const std::string& root, const std::string& membership);

}  // namespace proxnet
