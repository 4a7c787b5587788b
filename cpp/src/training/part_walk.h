// A thread's way through the groups whose tiles lie together, as it takes one tile after another: where a tile's metric
// and sums go, and which part is whole with it.
#pragma once

#include <optional>

#include "training/coupled_update.h"

namespace proxnet {

template <class T> class PartWalk {
 public:
  // first_tile(rank): where a member's share begins, and the one before it ends.
  template <class FirstTile>
  PartWalk(CoupledUpdate<T>& coupled, const Member& member, FirstTile&& first_tile)
      : coupled_(coupled),
        rank_(member.rank),
        owner_(member.rank),
        first_(first_tile(member.rank)),
        last_(first_tile(member.rank + 1)),
        part_(coupled.first_part(first_)) {
    if (together(part_))
      while (first_tile(owner_) > coupled_.parts()[part_].first_tile) --owner_;
  }

  // What part `index` has; of a part that lies together only until this thread has passed it.
  GroupRoom<T> room(std::size_t index) const {
    const auto& part = coupled_.parts()[index];
    if (!together(index)) return coupled_.room(part.array);
    const bool begun = part.first_tile < first_;  // by another thread
    return coupled_.room(part, begun ? owner_ : rank_, begun || part.last_tile > last_);
  }
  // What the next tile has, which is one of `array`.
  GroupRoom<T> next_room(std::size_t array) const {
    if (!coupled_.waits(array)) return {};
    return coupled_.groups(array).by_row_tiles() ? room(part_) : coupled_.room(array);
  }
  // Past tile t: the part that is whole with it, where all its tiles are this thread's.
  std::optional<std::size_t> pass(std::size_t t) {
    if (!together(part_) || t + 1 != coupled_.parts()[part_].last_tile) return std::nullopt;
    const std::size_t part = part_++;
    return coupled_.parts()[part].first_tile >= first_ ? std::optional(part) : std::nullopt;
  }
  // The part that this thread has begun and others end.
  std::optional<std::size_t> cut() const {
    if (!together(part_)) return std::nullopt;
    const std::size_t begin = coupled_.parts()[part_].first_tile;
    return first_ <= begin && begin < last_ ? std::optional(part_) : std::nullopt;
  }

 private:
  bool together(std::size_t part) const { return part < coupled_.whole_parts(); }
  CoupledUpdate<T>& coupled_;
  const int rank_;
  int owner_;  // of the part that this share begins in
  const std::size_t first_, last_;
  std::size_t part_;  // that the next tile is in, or comes to
};

}  // namespace proxnet
