// CPU quotas in the file formats of both versions of cgroups.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "runtime/cpu.h"

namespace {

namespace fs = std::filesystem;

// A cgroup file system with a process in it.
struct Cgroups {
  fs::path root = fs::temp_directory_path() / ("proxnet_cgroup_" + std::to_string(std::rand()));
  Cgroups() { fs::create_directories(root); }
  ~Cgroups() { fs::remove_all(root); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((root / name).parent_path());
    std::ofstream(root / name) << text;
  }
  double cpus() const { return proxnet::cgroup_cpus(root.string(), (root / "membership").string()); }
  double with(const std::string& name, const std::string& text) const {
    write(name, text);
    return cpus();
  }
};

}  // namespace

TEST_CASE("a cgroup's quota is read from both versions' files") {
  const Cgroups cgroups;
  CHECK(std::isinf(cgroups.cpus()));
  CHECK(std::isinf(cgroups.with("cpu/cpu.cfs_quota_us", "250000\n")));  // no period
  CHECK(cgroups.with("cpu/cpu.cfs_period_us", "100000\n") == 2.5);
  CHECK(cgroups.with("cpu.max", "150000 100000\n") == 1.5);
  CHECK(cgroups.with("cpu.max", "350000 100000\n") == 2.5);
  CHECK(cgroups.with("cpu/cpu.cfs_quota_us", "-1\n") == 3.5);
  for (const char* none : {"max 100000\n", "nonsense", "", "100000", "100000 0", "-1 100000", "nan 100000"})
    CHECK(std::isinf(cgroups.with("cpu.max", none)));
  CHECK(proxnet::usable_cpus() >= 1);
}

TEST_CASE("the smallest quota from the process's own cgroup up to the root counts") {
  const Cgroups cgroups;
  cgroups.write("membership", "0::/user.slice/own:1.scope\n");
  CHECK(std::isinf(cgroups.cpus()));
  CHECK(cgroups.with("user.slice/own:1.scope/cpu.max", "300000 100000\n") == 3);
  CHECK(cgroups.with("user.slice/other.scope/cpu.max", "50000 100000\n") == 3);
  CHECK(cgroups.with("user.slice/cpu.max", "200000 100000\n") == 2);
  CHECK(cgroups.with("user.slice/own:1.scope/cpu.max", "100000 100000\n") == 1);
  CHECK(cgroups.with("user.slice/own:1.scope/cpu.max", "max 100000\n") == 2);
  CHECK(cgroups.with("cpu.max", "50000 100000\n") == 0.5);
}

TEST_CASE("version 1 names the cgroup by controller, wherever it is mounted") {
  const Cgroups cgroups;
  cgroups.write("membership", "9:memory:/elsewhere\n4:cpuset:/sets\n3:cpu,cpuacct:/docker/a\n0::/user.slice\n");
  for (const char* folder : {"cpuset/sets", "memory/elsewhere", "cpu/elsewhere"}) {
    cgroups.write(std::string(folder) + "/cpu.cfs_quota_us", "10000\n");
    cgroups.write(std::string(folder) + "/cpu.cfs_period_us", "100000\n");
  }
  CHECK(std::isinf(cgroups.cpus()));
  cgroups.write("cpu,cpuacct/docker/a/cpu.cfs_period_us", "50000\n");
  CHECK(cgroups.with("cpu,cpuacct/docker/a/cpu.cfs_quota_us", "200000\n") == 4);
  cgroups.write("cpu/docker/cpu.cfs_period_us", "100000\n");
  CHECK(cgroups.with("cpu/docker/cpu.cfs_quota_us", "350000\n") == 3.5);
  CHECK(cgroups.with("unified/user.slice/cpu.max", "320000 100000\n") == 3.2);
}

TEST_CASE("an invalid membership leaves the root's quota") {
  const Cgroups cgroups;
  cgroups.write("root/cpu.max", "400000 100000\n");
  cgroups.write("cpu.max", "100000 100000\n");  // outside
  const std::string root = (cgroups.root / "root").string(), membership = (cgroups.root / "membership").string();
  for (const char* text : {"", "\n\n", "0::", "0::/", "0::/gone (deleted)", "0:/one colon", "0::no slash", "0::/..",
                           "0::/../..", "0::///", ":::::", "\xff\xfe"}) {
    cgroups.write("membership", text);
    INFO(std::string(text));
    CHECK(proxnet::cgroup_cpus(root, membership) == 4);
  }
  CHECK(proxnet::cgroup_cpus(root, root) == 4);  // a folder
  CHECK(proxnet::cgroup_cpus(root, membership + " is not there") == 4);
}
