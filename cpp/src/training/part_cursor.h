// The contiguous parts of CoupledUpdate that a thread meets as it takes its tiles in order: where the next tile's
// metric and sums go, and which part is complete after it.
#pragma once

#include <optional>

#include "training/coupled_update.h"

namespace proxnet {

template <class T> class PartCursor {
 public:
  // Thread `rank` takes tiles [first_tile(rank), first_tile(rank + 1)).
  template <class FirstTile>
  PartCursor(CoupledUpdate<T>& coupled, const Member& member, FirstTile&& first_tile)
      : coupled_(coupled),
        rank_(member.rank),
        owner_(member.rank),
        first_(first_tile(member.rank)),
        last_(first_tile(member.rank + 1)),
        part_(coupled.first_part(first_)) {
    if (is_contiguous(part_))
      while (first_tile(owner_) > coupled_.parts()[part_].first_tile) --owner_;
  }

  // The scratch of a part; of a contiguous one only until advance() has passed it.
  GroupScratch<T> scratch(std::size_t index) const {
    const auto& part = coupled_.parts()[index];
    if (!is_contiguous(index)) return coupled_.scratch(part.array);
    const bool begun = part.first_tile < first_;  // by another thread
    return coupled_.scratch(part, begun ? owner_ : rank_, begun || part.last_tile > last_);
  }
  // The scratch of the next tile, which belongs to `array`.
  GroupScratch<T> next_scratch(std::size_t array) const {
    if (!coupled_.grouped(array)) return {};
    return coupled_.groups(array).by_row_tiles() ? scratch(part_) : coupled_.scratch(array);
  }
  // Moves past tile t. Returns the part that ends with it, if this thread has taken all its tiles.
  std::optional<std::size_t> advance(std::size_t t) {
    if (!is_contiguous(part_) || t + 1 != coupled_.parts()[part_].last_tile) return std::nullopt;
    const std::size_t part = part_++;
    return coupled_.parts()[part].first_tile >= first_ ? std::optional(part) : std::nullopt;
  }
  // The part that this thread has begun and other threads end.
  std::optional<std::size_t> split_part() const {
    if (!is_contiguous(part_)) return std::nullopt;
    const std::size_t begin = coupled_.parts()[part_].first_tile;
    return first_ <= begin && begin < last_ ? std::optional(part_) : std::nullopt;
  }

 private:
  bool is_contiguous(std::size_t part) const { return part < coupled_.contiguous_parts(); }
  CoupledUpdate<T>& coupled_;
  const int rank_;
  int owner_;  // the thread that begins the part of first_
  const std::size_t first_, last_;
  std::size_t part_;  // the part of the next tile, or the next part
};

}  // namespace proxnet
