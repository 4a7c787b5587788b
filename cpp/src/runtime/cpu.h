// What this CPU can do, and nothing else.
#pragma once

#include <string>

namespace proxnet {

// AVX2 with FMA; AVX-512 F, BW, DQ, VL; both with the operating system saving their registers.
bool cpu_has_avx2();
bool cpu_has_avx512();
// How many CPUs this process may run on: its affinity, then its cgroup quota rounded up. At least 1.
int usable_cpus();
// Quota / period in cgroup files under `folder`, version 2 then 1; infinity where there is none.
double cgroup_cpus(const std::string& folder);

}  // namespace proxnet
