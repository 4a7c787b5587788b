// Teams of threads: barriers, exceptions that release all members and reach the caller, work covered once.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "runtime/team.h"
#include "watchdog.h"

namespace {

using proxnet::Member;
using proxnet::parallel_for;
using proxnet::run_team;

constexpr int kMostThreads = 8;

// What a team's caller is told: the message of the exception, or "".
template <class F> std::string outcome(int threads, F&& f) {
  try {
    run_team(threads, f);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("writes before a barrier are visible to all members after it") {
  const Watchdog watchdog;
  for (int repeat = 0; repeat < 15; ++repeat)
    for (int threads = 1; threads <= kMostThreads; ++threads) {
      std::array<int, kMostThreads> slot = {};
      std::atomic<int> wrong{0}, members{0};
      run_team(threads, [&](Member& member) {
        members.fetch_add(1);
        for (int round = 1; round <= 60; ++round) {
          slot[static_cast<std::size_t>(member.rank)] = round;
          member.barrier();
          for (int r = 0; r < member.size; ++r) wrong += slot[static_cast<std::size_t>(r)] != round;
          member.barrier();
        }
      });
      REQUIRE(wrong == 0);
      REQUIRE(members >= 1);
      REQUIRE(members <= threads);
    }
}

TEST_CASE("the caller is rank 0 and ranks are distinct") {
  for (int threads = 1; threads <= kMostThreads; ++threads) {
    std::array<std::atomic<int>, kMostThreads> seen = {};
    std::thread::id leader;
    run_team(threads, [&](Member& member) {
      ++seen[static_cast<std::size_t>(member.rank)];
      if (member.rank == 0) leader = std::this_thread::get_id();
    });
    CHECK(leader == std::this_thread::get_id());
    for (const auto& count : seen) CHECK(count <= 1);
  }
}

TEST_CASE("an exception of any member releases the others and reaches the caller") {
  const Watchdog watchdog;
  std::size_t teams = 0;
  for (int repeat = 0; repeat < 12; ++repeat)
    for (int threads = 1; threads <= kMostThreads; ++threads)
      for (int thrower = 0; thrower < threads; ++thrower)
        for (const int at : {0, 1, 9, 19}) {
          int size = 0;
          const std::string message = outcome(threads, [&](Member& member) {
            if (member.rank == 0) size = member.size;
            for (int step = 0; step < 20; ++step) {
              if (step == at && member.rank == thrower) throw std::runtime_error("rank " + std::to_string(thrower));
              member.barrier();
            }
          });
          ++teams;
          // Where fewer threads started, the thrower may not exist.
          REQUIRE(message == (thrower < size ? "rank " + std::to_string(thrower) : ""));
        }
  MESSAGE(teams, " teams");
}

TEST_CASE("of several exceptions that of the lowest rank is rethrown") {
  const Watchdog watchdog;
  for (int repeat = 0; repeat < 100; ++repeat)
    for (int threads = 2; threads <= 5; ++threads)
      for (int lowest = 0; lowest < threads; ++lowest) {
        int size = 0;
        const std::string message = outcome(threads, [&](Member& member) {
          if (member.rank == 0) size = member.size;
          if (member.rank >= lowest) throw std::runtime_error(std::to_string(member.rank));
          member.barrier();
        });
        REQUIRE(message == (lowest < size ? std::to_string(lowest) : ""));
      }
}

TEST_CASE("checkpoint() releases members without a barrier; the next team works again") {
  const Watchdog watchdog;
  for (int repeat = 0; repeat < 100; ++repeat)
    for (int threads = 1; threads <= 4; ++threads) {
      const std::string message = outcome(threads, [&](Member& member) {
        if (member.rank == member.size - 1) throw std::runtime_error("stop");
        for (;;) member.checkpoint();
      });
      REQUIRE(message == "stop");
      std::atomic<int> members{0};
      run_team(threads, [&](Member& member) { member.barrier(), members += 1, member.barrier(); });
      REQUIRE(members >= 1);
    }
}

TEST_CASE("teams in several threads at once, and a team inside a team, do not disturb each other") {
  const Watchdog watchdog;
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c)
    callers.emplace_back([&wrong, c] {
      for (int repeat = 0; repeat < 40; ++repeat) {
        std::array<int, 3> slot = {};
        run_team(3, [&](Member& member) {
          slot[static_cast<std::size_t>(member.rank)] = c + repeat;
          member.barrier();
          for (int r = 0; r < member.size; ++r) wrong += slot[static_cast<std::size_t>(r)] != c + repeat;
          std::atomic<int> inner{0};
          run_team(2, [&](Member& own) { own.barrier(), inner += own.rank + 1, own.barrier(); });
          wrong += inner < 1;
        });
      }
    });
  for (auto& caller : callers) caller.join();
  CHECK(wrong == 0);
}

TEST_CASE("parts are contiguous, cover everything once and differ by at most one") {
  for (int size = 1; size <= 70; ++size)
    for (std::size_t count : {0, 1, 2, 63, 64, 65, 1000}) {
      std::size_t at = 0, least = count, most = 0;
      for (int rank = 0; rank < size; ++rank) {
        alignas(8) char unused[64];
        const Member member(*reinterpret_cast<proxnet::Team*>(unused), rank,
                            size);  // begin() and end() do not use the team
        REQUIRE(member.begin(count) == at);
        at = member.end(count);
        least = std::min(least, at - member.begin(count)), most = std::max(most, at - member.begin(count));
      }
      REQUIRE(at == count);
      REQUIRE(most - least <= 1);
    }
}

TEST_CASE("parallel_for covers each index once, in parts of at least the grain, and passes exceptions on") {
  const Watchdog watchdog;
  for (int threads = 1; threads <= kMostThreads; ++threads)
    for (const std::size_t count : {0, 1, 2, 7, 100, 1000})
      for (const std::size_t grain : {0, 1, 3, 60, 5000}) {
        std::vector<std::atomic<int>> hits(count);
        std::atomic<int> small{0};
        parallel_for(threads, count, grain, [&](std::size_t first, std::size_t last) {
          small += last - first < std::min(grain, count);
          for (std::size_t i = first; i < last; ++i) ++hits[i];
        });
        for (const auto& hit : hits) REQUIRE(hit == 1);
        REQUIRE(small == 0);
        const auto fail = [&](std::size_t first, std::size_t) {
          if (first == 0) throw std::out_of_range("0");
        };
        if (count) REQUIRE_THROWS_AS(parallel_for(threads, count, grain, fail), std::out_of_range);
      }
}

#if defined(__linux__)
TEST_CASE("little work still starts all threads: libgomp would have to create them again") {
  const auto tasks = [] {
    const std::filesystem::directory_iterator all("/proc/self/task");
    return std::distance(begin(all), end(all));
  };
  run_team(6, [](Member&) {});  // a thread of an earlier test may still be ending beside these six
  for (int repeat = 0; repeat < 3; ++repeat) {
    std::atomic<std::size_t> sum{0};
    parallel_for(6, 100, 40, [&](std::size_t first, std::size_t last) { sum += last - first; });
    CHECK(sum == 100);
    CHECK(tasks() >= 6);
  }
}
#endif
