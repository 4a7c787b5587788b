// The rows that a thread will gather for its next batch, in pieces as large as a tile of weights: the weight update's
// products bring them near. Shuffled rows come from anywhere in memory, and waiting for them took 5 % of a step of
// 784-300-100-10 and 11 % of 7129-64-2.
#pragma once

#include "kernels/kernel_table.h"
#include "proxnet/rows.h"

namespace proxnet {

template <class T> class UpcomingRows {
 public:
  UpcomingRows() = default;
  UpcomingRows(const RowSource<T>& source, const std::size_t* index, std::size_t count)
      : source_(&source),
        index_(index),
        row_pieces_((source.cols() + kPiece - 1) / kPiece),
        pieces_(count * row_pieces_) {}

  // Where the piece begins that falls to tile `tile` of `tiles`, or null: some pass none, and where the pieces are more
  // than the tiles the rows are not worth it.
  const T* share(std::size_t tile, std::size_t tiles) const {
    if (pieces_ > tiles) return nullptr;
    const std::size_t piece = pieces_ * tile / tiles;
    if (piece == pieces_ * (tile + 1) / tiles) return nullptr;
    const T* row = source_->row(index_[piece / row_pieces_]);
    return row ? row + piece % row_pieces_ * kPiece : nullptr;
  }

 private:
  static constexpr std::size_t kPiece = kPanel<T> * kPanel<T>;
  const RowSource<T>* source_ = nullptr;
  const std::size_t* index_ = nullptr;
  std::size_t row_pieces_ = 0, pieces_ = 0;
};

}  // namespace proxnet
