// The order in which a team takes tiles. Most tiles have a fixed thread, whose cache holds them from step to step; the
// last eighth goes to the threads that are done first.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/team.h"

namespace proxnet {

class TileOrder {
 public:
  // `follows`: the same thread takes the tile and the one before it. `taken_with`: so too for tiles without a fixed
  // thread.
  void add(std::size_t tile, std::size_t work, bool follows, bool taken_with = false) {
    tiles_.push_back({static_cast<std::uint32_t>(tile), follows, follows || taken_with});
    work_.push_back(work + (work_.empty() ? 0 : work_.back()));
  }

  // The first tile of a rank if all tiles have a fixed thread.
  std::size_t first(int rank, int size) const { return border(rank, size, work_.empty() ? 0 : work_.back()); }

  // By one thread, before each run().
  void begin() { taken_.store(0, std::memory_order_relaxed); }
  // f(tile, index, count): the tile is number `index` of the `count` fixed tiles of this thread; 0, 0: not a fixed
  // tile.
  template <class F> void run(const Member& member, F&& f) {
    if (tiles_.empty()) return;
    const std::size_t own = member.size == 1 ? work_.back() : work_.back() / kOwn * (kOwn - 1);
    const std::size_t rest = first_taken(border(member.size, member.size, own)),
                      first = border(member.rank, member.size, own);
    const std::size_t last = member.rank + 1 < member.size ? border(member.rank + 1, member.size, own) : rest;
    for (std::size_t at = first; at < last; ++at) f(tiles_[at].index, at - first, last - first);
    for (;;) {
      const std::size_t take = rest + taken_.fetch_add(kTake, std::memory_order_relaxed);
      if (take >= tiles_.size()) return;
      for (std::size_t at = first_taken(take), end = first_taken(take + kTake); at < end; ++at)
        f(tiles_[at].index, 0, 0);
    }
  }

 private:
  static constexpr std::size_t kOwn = 8, kTake = 2;  // 1 / kOwn of the work has no fixed thread, kTake tiles at a time
  struct Tile {
    std::uint32_t index;
    bool follows, taken_with;
  };
  // The first tile from `at` on that may go to another thread than the one before it.
  std::size_t leader(std::size_t at, bool Tile::* goes) const {
    while (at < tiles_.size() && tiles_[at].*goes) ++at;
    return std::min(at, tiles_.size());
  }
  std::size_t first_taken(std::size_t at) const { return leader(at, &Tile::taken_with); }
  std::size_t border(int rank, int size, std::size_t work) const {
    const std::size_t target = work * static_cast<std::size_t>(rank) / static_cast<std::size_t>(size);
    return leader(static_cast<std::size_t>(std::upper_bound(work_.begin(), work_.end(), target) - work_.begin()),
                  &Tile::follows);
  }

  std::vector<Tile> tiles_;
  std::vector<std::size_t> work_;  // cumulative
  alignas(64) std::atomic<std::size_t> taken_{0};
};

}  // namespace proxnet
