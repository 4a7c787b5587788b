// Blocked Householder tridiagonalization: each column of a panel becomes a reflector, multiplied with the matrix as it
// was before the panel; then the panel's rank-2k update is applied to the rest.
#pragma once

#include "linear/linalg/tridiagonal.h"
#include "runtime/team.h"

namespace proxnet {

constexpr std::size_t kReflectors = 32;  // columns per panel

class HouseholderTridiagonalization {
 public:
  explicit HouseholderTridiagonalization(Tridiagonal& out);
  void run(Poller& poll);

 private:
  static constexpr std::size_t kTile = 64;  // rows; a multiple of kReflectors
  // On rank 0: turns column j, the `count`-th of its panel, into a reflector.
  void make_reflector(std::size_t j, std::size_t count);
  // product_ = matrix v, reading the upper half once: each member its tiles, then, after a barrier, the sum.
  void multiply_tiles(std::size_t j, const Member& member);
  void add_tiles(std::size_t j, const Member& member);
  // On rank 0: the vector w such that reflector j subtracts v w' + w v' from the matrix.
  void finish_reflector(std::size_t j, std::size_t count);
  void update_tiles(std::size_t last, std::size_t count, const Member& member, Poller& poll);
  double* row(std::size_t k) { return out_.rows_.data() + k * stride_; }
  // Later tiles have fewer columns: members take them in serpentine order.
  static bool mine(std::size_t tile, const Member& member);

  Tridiagonal& out_;
  const std::size_t n_, stride_;
  // (2 kReflectors, stride): rows -v, -w and w, v interleaved; the panel's update is left' right.
  Buffer<double> left_, right_;
  Buffer<double> above_;  // (tiles, stride): each tile's contribution to the columns right of it
  Buffer<double> column_, product_;
};

}  // namespace proxnet
