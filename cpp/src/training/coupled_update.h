// The update of arrays whose new weights depend on more than one tile: group penalties and norm constraints. Each tile
// of a grouped array first writes the optimizer's point over the weights, and its metric and sums into scratch. Then
// the prox of each group follows: at once if one thread has taken all its tiles, else after a barrier. Norm constraints
// are projected last, after another barrier.
#pragma once

#include <functional>
#include <vector>

#include "layers/dense.h"
#include "network/network_impl.h"
#include "penalties/penalty_panels.h"
#include "runtime/team.h"

namespace proxnet {

// Factors of an array in one step: on penalty strengths (StrengthRamp), and on the gradient (clipping by norm).
struct StepScale {
  double strength = 1, clip = 1;
  double threshold() const { return strength * clip; }
};

template <class T> class CoupledUpdate {
 public:
  using Piece = typename PenaltyGroups<T>::Piece;
  // Some groups, or some norms. Parts depend on the shape alone. [first_tile, last_tile): the tiles of the part if they
  // are contiguous, else empty.
  struct Part {
    std::size_t array, index, first_tile = 0, last_tile = 0;
  };

  CoupledUpdate() = default;
  // `penalties` and `first_tiles`: one per array, as numbered in Parameters.
  CoupledUpdate(const NetworkImpl<T>& network, const std::vector<PanelPenalty<T>>& penalties,
                const std::vector<std::size_t>& first_tiles);

  bool empty() const { return parts_.empty() && norms_.empty(); }
  bool norms() const { return !norms_.empty(); }
  // Whether the array has a group penalty in this step. A refit has no penalty.
  bool grouped(std::size_t array) const {
    return array < grouped_.size() && grouped_[array] && !network_->live().ramps[array].refit;
  }
  const PenaltyGroups<T>& groups(std::size_t array) const { return (*penalties_)[array].groups(); }

  // Allocates scratch for a team; before the parallel region.
  void reserve(int threads);
  // Scratch of a contiguous part: each thread has one for parts it takes alone, and one (`shared`) for the part that it
  // begins and other threads end. Scratch of other parts: one per array.
  GroupScratch<T> scratch(const Part& part, int thread, bool shared);
  GroupScratch<T> scratch(std::size_t array) {
    return {metrics_[array].data(), sums_[array].data(), 0, network_->specs[array].rows};
  }

  // Contiguous parts come first, in the order of their tiles.
  const std::vector<Part>& parts() const { return parts_; }
  std::size_t contiguous_parts() const { return contiguous_; }
  // The first contiguous part that ends after this tile.
  std::size_t first_part(std::size_t tile) const {
    std::size_t part = 0;
    while (part < contiguous_ && parts_[part].last_tile <= tile) ++part;
    return part;
  }
  // The prox of a part, by one thread after all its tiles: w becomes the new weights.
  void finish(std::size_t part, StepScale scale, const GroupScratch<T>& scratch, T* w, const KernelTable<T>& k);
  template <class F> void for_pieces(const Part& part, F&& f) const { groups(part.array).for_pieces(part.index, f); }
  // The norm constraints, by all threads after a barrier.
  void project(Member& member, Parameters<T>& parameters, const KernelTable<T>& k) const;
  // The group penalties of the weights before the last step.
  double penalty() const;

 private:
  const NetworkImpl<T>* network_ = nullptr;
  const std::vector<PanelPenalty<T>>* penalties_ = nullptr;
  std::vector<Part> parts_, norms_;
  std::size_t contiguous_ = 0;
  std::vector<bool> grouped_;              // per array
  std::vector<Buffer<T>> metrics_, sums_;  // per array; empty if its parts are contiguous
  std::size_t metric_size_ = 0, sums_size_ = 0;
  std::vector<Buffer<T>> scratch_;  // two per thread: metric, then sums
  std::vector<double> values_;      // penalty of each part
};

}  // namespace proxnet
