// TeamSize tries every size, keeps the fastest, and notices changes of the machine's load.
#include <doctest/doctest.h>

#include "runtime/team_size.h"

using proxnet::TeamSize;

namespace {

// Steps that take `seconds(threads)`: how many of the last `runs` of `total` ran on `wanted` threads.
template <class F> int turns_on(TeamSize& size, int wanted, int total, int runs, F seconds) {
  int count = 0;
  for (int turn = 0; turn < total; ++turn) {
    if (turn >= total - runs) count += size.threads() == wanted;
    size.record(seconds(size.threads()));
  }
  return count;
}

}  // namespace

TEST_CASE("a large step stays on all threads") {
  TeamSize size(16, true);
  CHECK(turns_on(size, 16, 100, 100, [](int) { return 1.0; }) == 100);
}

TEST_CASE("a small step converges to the fastest size") {
  for (const int best : {1, 2, 4, 8, 16}) {
    TeamSize size(16, false);
    // At most one run in 32 is a trial.
    CHECK(turns_on(size, best, 1000, 900, [&](int threads) { return threads == best ? 1e-4 : 1.5e-4; }) >= 870);
  }
}

TEST_CASE("a core that becomes busy, and free again, is noticed") {
  TeamSize size(2, false);
  const auto free = [](int threads) { return threads == 2 ? 6e-5 : 1e-4; };
  const auto taken = [](int threads) { return threads == 2 ? 1e-3 : 1e-4; };
  CHECK(turns_on(size, 2, 200, 50, free) >= 48);
  CHECK(turns_on(size, 1, 50, 40, taken) >= 38);
  CHECK(turns_on(size, 2, 3000, 100, free) >= 98);
}

TEST_CASE("a task that begins again keeps the measured times, and its slow first steps are ignored") {
  TeamSize size(2, false);
  const auto seconds = [](int threads) { return threads == 2 ? 1e-4 : 2e-4; };
  turns_on(size, 2, 2000, 100, seconds);
  for (int again = 0; again < 20; ++again) {
    size.resume();
    size.record(1.0);
    CHECK(turns_on(size, 2, 10, 10, seconds) >= 9);
  }
}

TEST_CASE("slow first steps are ignored") {
  TeamSize size(2, false);
  int turn = 0;
  CHECK(turns_on(size, 2, 200, 150, [&](int threads) { return ++turn == 1 ? 1.0 : (threads == 2 ? 1e-4 : 2e-4); }) >=
        140);
}

TEST_CASE("about two milliseconds of steps per run") {
  TeamSize size(1, false);
  CHECK(size.steps() == 8);
  size.record(1.0);  // the first, cold steps do not count
  CHECK(size.steps() == 8);
  size.record(1e-5);
  CHECK(size.steps() >= 190);
  CHECK(size.steps() <= 210);
}
