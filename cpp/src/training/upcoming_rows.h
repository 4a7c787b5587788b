// The rows that a thread will gather for its next batch come near while it updates tiles of weights: shuffled rows come
// from anywhere in memory, and waiting for them took 5 % of a step of 784-300-100-10, 11 % of 7129-64-2.
#pragma once

#include "kernels/kernel_table.h"
#include "ops/prefetch.h"
#include "proxnet/rows.h"

namespace proxnet {

template <class T> class UpcomingRows {
 public:
  UpcomingRows() = default;
  UpcomingRows(const RowSource<T>& source, const std::size_t* index, std::size_t count)
      : source_(&source), index_(index), count_(count), row_pieces_((source.cols() + kPiece - 1) / kPiece) {}

  // What falls to tile `tile` of `tiles`. Of long rows, cut into pieces of a tile's size: where one begins, or null,
  // for the tile's product to call for. Few short rows are called for at once.
  const T* share(std::size_t tile, std::size_t tiles) const {
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
