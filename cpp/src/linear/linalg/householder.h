// How a Tridiagonal comes about: panels of columns, each column made a reflection, its product with the matrix as it
// stood before the panel; then the panel's outer products are taken off what is left.
#pragma once

#include "linear/linalg/tridiagonal.h"
#include "runtime/team.h"

namespace proxnet {

constexpr std::size_t kReflectors = 32;  // a panel

class HouseholderTridiagonalization {
 public:
  explicit HouseholderTridiagonalization(Tridiagonal& out);
  void run(Poller& poll);

 private:
  static constexpr std::size_t kTile = 64;  // rows; a multiple of kReflectors
  // By rank 0: column j, `count` columns after the start of its panel, becomes a reflection.
  void make_reflector(std::size_t j, std::size_t count);
  // Shares of product_ = matrix v, the upper half read once; a barrier between the two.
  void multiply_tiles(std::size_t j, const Member& member);
  void add_tiles(std::size_t j, const Member& member);
  // By rank 0: the vector w with which v w' + w v' is what column j takes off the matrix.
  void finish_reflector(std::size_t j, std::size_t count);
  void update_tiles(std::size_t last, std::size_t count, const Member& member, Poller& poll);
  double* row(std::size_t k) { return out_.rows_.data() + k * stride_; }
  // Tiles have ever fewer columns: shares go forth and back.
  static bool mine(std::size_t tile, const Member& member);

  Tridiagonal& out_;
  const std::size_t n_, stride_;
  // (2 kReflectors, stride): -v and -w in turns, w and v in turns; what a panel takes off is left' right.
  Buffer<double> left_, right_;
  Buffer<double> above_;  // (tiles, stride): what the columns right of a tile get from its rows
  Buffer<double> column_, product_;
};

}  // namespace proxnet
