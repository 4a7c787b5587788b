// The groups of a penalty on one array of weights in panels: sums over them tile by tile, then their prox in place.
#pragma once

#include <vector>

#include "ops/panels.h"
#include "proxnet/penalty.h"
#include "runtime/dispatch.h"

namespace proxnet {

// Where metric and sums of some rows of tiles lie while their groups are at work: panels of `rows` rows from first_row
// on.
template <class T> struct GroupRoom {
  T *metric, *sums;
  std::size_t first_row, rows;
};

// Work comes in parts that do not touch each other: the groups of a row of tiles, of a panel of units, or one group of
// the user's. A part is taken once the sums of all its tiles are there. Strengths are multiplied by `scale`.
template <class T> class PenaltyGroups {
 public:
  // Rows of a panel, within one tile of kPanel rows.
  struct Piece {
    std::size_t panel, row, rows;
  };

  PenaltyGroups() = default;
  PenaltyGroups(const Penalty& penalty, std::size_t rows, std::size_t cols);

  std::size_t parts() const { return by_unit_ ? panels_ : runs_.size(); }
  // Whether part i is row i of the tiles.
  bool by_row_tiles() const { return !by_unit_ && !own_; }
  template <class F> void for_pieces(std::size_t part, F&& f) const {
    const std::size_t first = by_unit_ ? part : 0, last = by_unit_ ? part + 1 : panels_;
    for (const Run& run : runs_[by_unit_ ? 0 : part])
      for (std::size_t p = first; p < last; ++p) f(Piece{p, run.row, run.rows});
  }

  // Numbers that the sums of so many rows take.
  std::size_t sums_size(std::size_t rows) const {
    return (rows + kPanel<T> - 1) / kPanel<T> * panels_ * kSums * kPanel<T>;
  }
  // Where the metric of a piece begins.
  T* metric(const GroupRoom<T>& room, const Piece& piece) const {
    return room.metric + (piece.panel * room.rows + piece.row - room.first_row) * kPanel<T>;
  }
  // Sums over a piece that is a whole tile: of its weights, for the value; of point (in w) and metric, for the prox.
  void add_norms(const Piece& piece, const T* w, const GroupRoom<T>& room, const KernelTable<T>& k) const;
  void add_moments(const Piece& piece, double scale, T* w, const GroupRoom<T>& room, const KernelTable<T>& k) const;
  // The penalty of a part, from its norms; its new weights, from its moments.
  double value(std::size_t part, double scale, const GroupRoom<T>& room) const;
  void prox(std::size_t part, double scale, T* w, const GroupRoom<T>& room, const KernelTable<T>& k) const;

 private:
  // The numbers of a part's groups, or of one group over and over.
  struct Numbers {
    alignas(64) T l1[kPanel<T>], strength[kPanel<T>], norm[kPanel<T>];
  };
  struct Run {
    std::size_t row, rows;
  };
  enum Sum : std::size_t { kSquare, kFirst, kSecond, kLongest, kNorm, kAbsolute, kSums };

  T* sum(const GroupRoom<T>& room, const Piece& piece, Sum which) const {
    return room.sums + (((piece.row - room.first_row) / kPanel<T> * panels_ + piece.panel) * kSums + which) * kPanel<T>;
  }
  // Of the kPanel rows or columns from there on.
  void scale_strengths(std::size_t from, double scale, Numbers& numbers) const;
  // Rows first .. first + rows of a piece.
  GroupTile<T> tile(const Piece& piece, std::size_t first, std::size_t rows, const Numbers& numbers, T* w,
                    const GroupRoom<T>& room) const;
  void total(std::size_t part, Sum which, const GroupRoom<T>& room, T* out) const;
  // One Newton step for the groups that are open.
  void improve(std::size_t part, T* w, const GroupRoom<T>& room, Numbers& numbers, bool* open,
               const KernelTable<T>& k) const;

  bool by_unit_ = false, own_ = false, sparse_ = false;
  std::size_t rows_ = 0, panels_ = 0;
  std::vector<std::vector<Run>> runs_;  // of each part; the same ones for all units
  std::vector<double> l1_, strength_;   // of the group of each row or column, with its size and factor; padded
};

}  // namespace proxnet
