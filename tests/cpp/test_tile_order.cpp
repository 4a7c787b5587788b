// TileOrder: every tile exactly once on any team; followers stay with their leader.
#include <doctest/doctest.h>

#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

#include "training/tile_order.h"

namespace {

using proxnet::Member;
using proxnet::TileOrder;

constexpr std::size_t kTiles = 501;

// Tiles of uneven work in the order 7 i mod kTiles, pairs and single ones; rows of 11 where they are taken by rows.
bool follows(std::size_t i) { return i % 5 == 1 || i % 5 == 3; }
void fill(TileOrder& order, bool rows = false) {
  for (std::size_t i = 0; i < kTiles; ++i) order.add(7 * i % kTiles, 1 + i % 33, follows(i), rows && i % 11 > 0);
}

}  // namespace

TEST_CASE("tile order: every tile once, followers with their leaders, in any team") {
  for (int threads = 1; threads <= 8; ++threads)
    for (const bool rows : {false, true, false}) {
      TileOrder order;
      fill(order, rows);
      std::vector<std::atomic<int>> times(kTiles);
      std::vector<int> rank(kTiles);
      std::atomic<std::size_t> own{0};
      order.begin();
      proxnet::run_team(threads, [&](Member& member) {
        std::size_t expected = 0;
        order.run(member, [&](std::size_t t, std::size_t place, std::size_t places) {
          ++times[t], rank[t] = member.rank;
          if (places == 0) return;
          CHECK(place == expected++);
          CHECK(place < places);
          ++own;
        });
      });
      for (std::size_t i = 0; i < kTiles; ++i) {
        CHECK(times[7 * i % kTiles] == 1);
        if (follows(i)) CHECK(rank[7 * i % kTiles] == rank[7 * (i - 1) % kTiles]);
        if (rows && i > kTiles * 9 / 10 && i % 11 > 0) CHECK(rank[7 * i % kTiles] == rank[7 * (i - 1) % kTiles]);
      }
      if (threads == 1) CHECK(own == kTiles);
      if (threads > 1) CHECK(own < kTiles);
    }
}

TEST_CASE("tile order: the last tiles go to the first free thread") {
  TileOrder order;
  fill(order);
  order.begin();
  std::vector<std::size_t> taken(2);
  std::atomic<bool> done{false};
  proxnet::run_team(2, [&](Member& member) {
    if (member.size < 2) return;
    const auto count = [&](std::size_t, std::size_t, std::size_t places) {
      taken[static_cast<std::size_t>(member.rank)] += places == 0;
    };
    if (member.rank == 0) {
      order.run(member, count);
      done = true;
    } else {
      while (!done) std::this_thread::yield();
      order.run(member, count);
    }
  });
  if (taken[0] + taken[1] > 0) {
    CHECK(taken[0] > 0);
    CHECK(taken[1] == 0);
  }
}

TEST_CASE("tile order: fixed parts cover all tiles; an empty order has none") {
  TileOrder order, none;
  fill(order);
  for (int size = 1; size <= 5; ++size) {
    CHECK(order.first(0, size) == 0);
    CHECK(order.first(size, size) == kTiles);
    for (int rank = 0; rank < size; ++rank) CHECK(order.first(rank, size) <= order.first(rank + 1, size));
  }
  CHECK(none.first(1, 2) == 0);
  proxnet::run_team(2, [&](Member& member) { none.run(member, [](auto...) { FAIL_CHECK("no tile was added"); }); });
}
