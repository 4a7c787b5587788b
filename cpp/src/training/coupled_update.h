// Arrays whose new weights need more than a tile: penalties of groups, and constraints on norms. Tiles of groups leave
// their point where the weights were, their metric and sums in a room beside. A thread that has had all tiles of some
// groups finishes them at once; after a barrier the team shares the other groups, then the norms.
#pragma once

#include <functional>
#include <vector>

#include "layers/dense.h"
#include "network/network_impl.h"
#include "penalties/penalty_panels.h"
#include "runtime/team.h"

namespace proxnet {

// What multiplies an array's strengths in a step: its schedule, and the clipping of its gradient.
struct StepScale {
  double strength = 1, clip = 1;
  double threshold() const { return strength * clip; }
};

template <class T> class CoupledUpdate {
 public:
  using Piece = typename PenaltyGroups<T>::Piece;
  // A piece of work, cut by shape alone; its tiles, where they are one after another, else none.
  struct Part {
    std::size_t array, index, first_tile = 0, last_tile = 0;
  };

  CoupledUpdate() = default;
  // `penalties`: one an array, as numbered in Parameters; `first_tiles`: of each array.
  CoupledUpdate(const NetworkImpl<T>& network, const std::vector<PanelPenalty<T>>& penalties,
                const std::vector<std::size_t>& first_tiles);

  bool empty() const { return parts_.empty() && norms_.empty(); }
  bool norms() const { return !norms_.empty(); }
  // Whether a tile of this array waits for its groups. A refit lets its weights go where they will.
  bool waits(std::size_t array) const {
    return array < grouped_.size() && grouped_[array] && !network_->live().ramps[array].refit;
  }
  const PenaltyGroups<T>& groups(std::size_t array) const { return (*penalties_)[array].groups(); }

  // Before a run on so many threads.
  void reserve(int threads);
  // Of a part whose tiles lie together: a thread has one for those it has to itself, and one, `cut`, for the one that
  // it begins and others end. Of the other parts: the array's.
  GroupRoom<T> room(const Part& part, int thread, bool cut);
  GroupRoom<T> room(std::size_t array) {
    return {metrics_[array].data(), sums_[array].data(), 0, network_->rules[array].rows};
  }

  // Those whose tiles lie together come first, in the order of their tiles.
  const std::vector<Part>& parts() const { return parts_; }
  std::size_t whole_parts() const { return whole_; }
  // The first of these that ends after this tile begins.
  std::size_t first_part(std::size_t tile) const {
    std::size_t part = 0;
    while (part < whole_ && parts_[part].last_tile <= tile) ++part;
    return part;
  }
  // Once all its tiles are done, by one thread: its new weights.
  void finish(std::size_t part, StepScale scale, const GroupRoom<T>& room, T* w, const KernelTable<T>& k);
  template <class F> void for_pieces(const Part& part, F&& f) const { groups(part.array).for_pieces(part.index, f); }
  // After a barrier.
  void project(Member& member, Parameters<T>& parameters, const KernelTable<T>& k) const;
  // Of the weights as they were before the last step, times the factor then.
  double penalty() const;

 private:
  const NetworkImpl<T>* network_ = nullptr;
  const std::vector<PanelPenalty<T>>* penalties_ = nullptr;
  std::vector<Part> parts_, norms_;
  std::size_t whole_ = 0;
  std::vector<bool> grouped_;              // one an array
  std::vector<Buffer<T>> metrics_, sums_;  // one an array, empty where parts have rooms
  std::size_t metric_size_ = 0, sums_size_ = 0;
  std::vector<Buffer<T>> rooms_;  // metric and sums of two a thread
  std::vector<double> values_;    // one a part
};

}  // namespace proxnet
