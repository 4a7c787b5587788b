// CPU quotas as the kernel writes them down, in both versions of cgroups.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "runtime/cpu.h"

namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("proxnet_cgroup_" + std::to_string(std::rand()));
  Folder() { fs::create_directories(path / "cpu"); }
  ~Folder() { fs::remove_all(path); }
  double with(const char* name, const char* text) const {
    std::ofstream(path / name) << text;
    return proxnet::cgroup_cpus(path.string());
  }
};

}  // namespace

TEST_CASE("a cgroup's quota is read from both versions' files") {
  const Folder folder;
  CHECK(std::isinf(proxnet::cgroup_cpus(folder.path.string())));
  CHECK(std::isinf(folder.with("cpu/cpu.cfs_quota_us", "250000\n")));  // no period
  CHECK(folder.with("cpu/cpu.cfs_period_us", "100000\n") == 2.5);
  CHECK(std::isinf(folder.with("cpu/cpu.cfs_quota_us", "-1\n")));
  CHECK(folder.with("cpu.max", "150000 100000\n") == 1.5);
  CHECK(std::isinf(folder.with("cpu.max", "max 100000\n")));
  CHECK(std::isinf(folder.with("cpu.max", "nonsense")));
  CHECK(proxnet::usable_cpus() >= 1);
}
