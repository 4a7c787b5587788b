// Prefetches the rows of the next batch while a thread updates its tiles of weights. Shuffled rows come from anywhere
// in memory: waiting for them took 5 % of a step of 784-300-100-10, 11 % of 7129-64-2.
#pragma once

#include "kernels/kernel_table.h"
#include "ops/prefetch.h"
#include "proxnet/rows.h"

namespace proxnet {

template <class T> class RowPrefetch {
 public:
  RowPrefetch() = default;
  RowPrefetch(const RowSource<T>& source, const std::size_t* index, std::size_t count)
      : source_(&source), index_(index), count_(count), row_pieces_((source.cols() + kPiece - 1) / kPiece) {}

  // The part to prefetch with tile `tile` of `tiles`. Long rows are cut into pieces of a tile's size: returns a piece,
  // or null, which the tile's product prefetches (GemmPanel). Short rows are prefetched here.
  const T* part(std::size_t tile, std::size_t tiles) const {
    const std::size_t pieces = count_ * row_pieces_;
    if (pieces <= tiles) {
      const std::size_t piece = pieces * tile / tiles;
      if (piece == pieces * (tile + 1) / tiles) return nullptr;
      const T* row = source_->row(index_[piece / row_pieces_]);
      return row ? row + piece % row_pieces_ * kPiece : nullptr;
    }
    const std::size_t first = count_ * tile / tiles, last = count_ * (tile + 1) / tiles;
    if ((last - first) * source_->cols() > kPiece) return nullptr;
    for (std::size_t r = first; r < last; ++r)
      if (const T* row = source_->row(index_[r])) prefetch_row(row, source_->cols());
    return nullptr;
  }

 private:
  static constexpr std::size_t kPiece = kPanel<T> * kPanel<T>;
  const RowSource<T>* source_ = nullptr;
  const std::size_t* index_ = nullptr;
  std::size_t count_ = 0, row_pieces_ = 0;
};

}  // namespace proxnet
