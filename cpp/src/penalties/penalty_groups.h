// The groups of a penalty on one array in panels: sums per tile, then value and prox per part, in place.
#pragma once

#include <vector>

#include "ops/panels.h"
#include "proxnet/penalty.h"
#include "runtime/dispatch.h"

namespace proxnet {

// Metric and sums of tiles in rows [first_row, first_row + rows), panel after panel.
template <class T> struct GroupScratch {
  T *metric, *sums;
  std::size_t first_row, rows;
};

// Groups come in independent parts: the groups of a row of tiles, of a panel of units, or one custom group. value() and
// prox() of a part follow the sums of all its tiles. `scale` multiplies the strengths.
template <class T> class PenaltyGroups {
 public:
  // Rows of a panel within one tile of kPanel rows.
  struct Piece {
    std::size_t panel, row, rows;
  };

  PenaltyGroups() = default;
  PenaltyGroups(const Penalty& penalty, std::size_t rows, std::size_t cols);

  std::size_t parts() const { return by_output_ ? panels_ : spans_.size(); }
  // Whether part i holds the groups of row i of tiles.
  bool by_row_tiles() const { return !by_output_ && !custom_; }
  template <class F> void for_pieces(std::size_t part, F&& f) const {
    const std::size_t first = by_output_ ? part : 0, last = by_output_ ? part + 1 : panels_;
    for (const RowSpan& run : spans_[by_output_ ? 0 : part])
      for (std::size_t p = first; p < last; ++p) f(Piece{p, run.row, run.rows});
  }

  // Size of GroupScratch::sums for `rows` rows.
  std::size_t sums_size(std::size_t rows) const {
    return (rows + kPanel<T> - 1) / kPanel<T> * panels_ * kSums * kPanel<T>;
  }
  // The metric of a piece.
  T* metric(const GroupScratch<T>& scratch, const Piece& piece) const {
    return scratch.metric + (piece.panel * scratch.rows + piece.row - scratch.first_row) * kPanel<T>;
  }
  // Sums over a tile: norms of the weights, for value(); moments of point (in w) and metric, for prox().
  void add_norms(const Piece& piece, const T* w, const GroupScratch<T>& scratch, const KernelTable<T>& k) const;
  void add_moments(const Piece& piece, double scale, T* w, const GroupScratch<T>& scratch,
                   const KernelTable<T>& k) const;
  // The penalty of a part, from its norms; its prox, from its moments: w holds the point, then the new weights.
  double value(std::size_t part, double scale, const GroupScratch<T>& scratch) const;
  void prox(std::size_t part, double scale, T* w, const GroupScratch<T>& scratch, const KernelTable<T>& k) const;

 private:
  // Per group of a part; of a custom group, kPanel equal numbers.
  struct Numbers {
    alignas(64) T l1[kPanel<T>], strength[kPanel<T>], norm[kPanel<T>];
  };
  struct RowSpan {
    std::size_t row, rows;
  };
  enum Sum : std::size_t { kSquare, kFirst, kSecond, kLargest, kNorm, kAbsolute, kSums };

  T* sum(const GroupScratch<T>& scratch, const Piece& piece, Sum which) const {
    return scratch.sums +
           (((piece.row - scratch.first_row) / kPanel<T> * panels_ + piece.panel) * kSums + which) * kPanel<T>;
  }
  // Of the kPanel rows or columns from `from` on.
  void scale_strengths(std::size_t from, double scale, Numbers& numbers) const;
  // Rows [first, first + rows) of a piece.
  GroupTile<T> tile(const Piece& piece, std::size_t first, std::size_t rows, const Numbers& numbers, T* w,
                    const GroupScratch<T>& scratch) const;
  void total(std::size_t part, Sum which, const GroupScratch<T>& scratch, T* out) const;
  // One step of Newton's method for the pending groups.
  void newton_step(std::size_t part, T* w, const GroupScratch<T>& scratch, Numbers& numbers, bool* pending,
                   const KernelTable<T>& k) const;

  bool by_output_ = false, custom_ = false, sparse_ = false;
  std::size_t rows_ = 0, panels_ = 0;
  std::vector<std::vector<RowSpan>> spans_;  // per part; one list if groups are units
  std::vector<double> l1_, strength_;        // per row or column: its group's strength with factor and size; padded
};

}  // namespace proxnet
