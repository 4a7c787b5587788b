// The second half of a step: each tile of weights gets its gradient over the whole batch and, while that is still in
// the L1 cache, the optimizer's proposal and the penalty's prox. The gradient goes to memory only where the step must
// know all of it first.
#pragma once

#include <atomic>
#include <vector>

#include "batch_norm.h"
#include "coupled_update.h"
#include "gradient_buffer.h"
#include "network_impl.h"
#include "orthogonal_update.h"
#include "part_walk.h"
#include "runtime/team.h"
#include "sparsity_target.h"
#include "tile_gradient.h"
#include "upcoming_rows.h"

namespace proxnet {

template <class T> class WeightUpdate {
 public:
  // `norms`: those that train.
  WeightUpdate(const NetworkImpl<T>& network, const std::vector<DenseRun<T>*>& layers,
               const std::vector<BatchNormRun<T>*>& norms);

  // Before a run on so many threads.
  void reserve(int threads) { coupled_.reserve(threads), orthogonal_.reserve(threads); }
  // Before each step, by one thread, while nobody writes weights.
  void retarget(Parameters<T>& parameters, double share, const KernelTable<T>& k) {
    targets_.retarget(parameters, share, k);
  }
  // This thread's share of the step, for a batch of `rows`, when `share` of the epoch is over; all threads of the team
  // come here after a barrier. `upcoming` come near meanwhile; `pause` is called between tiles.
  template <class Pause>
  void run(Member& member, std::size_t rows, double share, const StepScalars<T>& scalars, Parameters<T>& parameters,
           const KernelTable<T>& k, const UpcomingRows<T>& upcoming, Pause&& pause) {
    const std::size_t first = first_tile(member.rank, member.size), last = first_tile(member.rank + 1, member.size);
    const auto strength = [&](std::size_t array) {
      const bool targeted = targeted_[array];
      if (targeted) return parameters.ramps[array].refit ? 0 : parameters.dense[array / 2].target.strength;
      return parameters.ramps[array].at(share);
    };
    const auto scale = [&](std::size_t array) {
      return StepScale{strength(array), held_.empty() ? 1 : held_.scale(array)};
    };
    const bool watching = watches() && !coupled_.norms();
    if (!orthogonal_.empty()) orthogonal_.run(member, strength, parameters, k, pause);
    TileGradient<T> gradients(rows);
    PartWalk<T> walk(coupled_, member, [&](int rank) { return first_tile(rank, member.size); });
    const auto finish_part = [&](std::size_t index) {
      const auto& part = coupled_.parts()[index];
      coupled_.finish(index, scale(part.array), walk.room(index), parameters.array(part.array).data(), k);
      if (coupled_.waits(part.array)) settle(part, watching, scalars, parameters, k);
    };
    // What is near is finished at once.
    const auto settle_tile = [&](std::size_t t) {
      if (watching && !coupled_.waits(tiles_[t].array)) watch(tiles_[t], parameters, k);
      if (const auto part = walk.pass(t)) finish_part(*part);
    };
    for (std::size_t t = first; t < last; ++t) {
      const Near near = wanted(t, first, last, upcoming, parameters);
      begin_tile(t, {strength(tiles_[t].array)}, walk.next_room(tiles_[t].array), gradients, near, scalars, parameters,
                 k);
      if (held_.empty()) settle_tile(t);
      pause();
    }
    if (!held_.empty()) {
      member.barrier();
      StepScale factor;
      for (std::size_t t = first; t < last; ++t) {
        if (t == first || tiles_[t].array != tiles_[t - 1].array) factor = scale(tiles_[t].array);
        finish_tile(t, factor, walk.next_room(tiles_[t].array), scalars, parameters, k);
        settle_tile(t);
        pause();
      }
    }
    if (coupled_.empty()) return;
    member.barrier();
    // Groups that a border between two shares has cut, then those that lie apart.
    if (const auto part = walk.cut()) finish_part(*part);
    const std::size_t whole = coupled_.whole_parts(), apart = coupled_.parts().size() - whole;
    for (std::size_t i = member.begin(apart), end = member.end(apart); i < end; ++i) finish_part(whole + i);
    if (!coupled_.norms()) return;
    member.barrier();
    coupled_.project(member, parameters, k);
    if (!watches()) return;
    member.barrier();
    for (std::size_t t = first; t < last; ++t) watch(tiles_[t], parameters, k);
  }

  bool can_skip() const { return average_ < 0; }  // averages move weights after all else
  // Whether a weight of a dropped unit has moved: no step may follow before the layers plan anew.
  bool revived() const { return revived_.load(std::memory_order_relaxed); }
  void clear_revived() { revived_.store(false, std::memory_order_relaxed); }

  // The penalty of the weights as they were before the last run.
  double penalty(const KernelTable<T>& k) const {
    return (penalised_ ? k.sum(penalties_.size(), penalties_.data()) : 0) + coupled_.penalty() + orthogonal_.penalty();
  }

 private:
  // Rows of panel `out` of a kernel's output, of one panel of its input from `row` on; or panel `out` of a bias, gamma
  // or beta (rows == 0). Cut by shape alone, so that sums have the same bits on any team.
  struct Tile {
    std::size_t array, row, out, rows;
    bool vector() const { return rows == 0; }
    bool second() const { return !vector() && out % 2 == 1; }  // of two whose gradients are found together
    typename CoupledUpdate<T>::Piece piece() const { return {out, row, vector() ? 1 : rows}; }
  };
  // A tile's arrays, and what acts on them.
  struct Place {
    std::size_t array, offset, row, rows, width;  // offset in elements from the array's start; rows of kPanel weights
    T* w;
    T* state[kMaxOptimizerState];
    const PanelPenalty<T>& penalty;
    const Constraint& constraint;
    T* latent;  // or null
    const TargetState& target;
    bool decays;
    // What the weight decay of a step leaves.
    T keep(const StepScalars<T>& s) const { return decays ? s.decay : T(1); }
  };
  // Rows of kPanel that are wanted next; null ends them.
  struct Near {
    const T* rows[kMaxNear + 1] = {};
  };
  // Of tile t and the one whose gradient is found with it: weights, state and share of the upcoming rows of a thread
  // that has tiles [first, last). Nothing where they have come with the tile before.
  Near wanted(std::size_t t, std::size_t first, std::size_t last, const UpcomingRows<T>& upcoming,
              Parameters<T>& parameters) const;
  void add_tiles(std::size_t array, const Parameters<T>& parameters);
  std::size_t first_tile(int rank, int size) const;
  Place place(const Tile& tile, Parameters<T>& parameters) const;
  // In `square`, or where TileGradient keeps it.
  T* find_gradient(const Tile& tile, TileGradient<T>& gradients, const Parameters<T>& parameters,
                   const KernelTable<T>& k, const Near& near, T* square) const;
  // The gradient of a tile; then the step, unless the gradient is held for clipping.
  void begin_tile(std::size_t index, StepScale scale, const GroupRoom<T>& room, TileGradient<T>& gradients,
                  const Near& near, const StepScalars<T>& scalars, Parameters<T>& parameters, const KernelTable<T>& k);
  // The step of a tile whose gradient was held, clipped.
  void finish_tile(std::size_t index, StepScale scale, const GroupRoom<T>& room, const StepScalars<T>& scalars,
                   Parameters<T>& parameters, const KernelTable<T>& k);
  // From gradient to new weights, or to the point that waits for its groups. A clipped step's thresholds are clipped
  // alike: its stationary points are the same.
  void step(std::size_t index, const Place& at, const T* gradient, StepScale scale, const GroupRoom<T>& room,
            const StepScalars<T>& scalars, const KernelTable<T>& k);

  // What follows new weights.
  void settle(const typename CoupledUpdate<T>::Part& part, bool watching, const StepScalars<T>& scalars,
              Parameters<T>& parameters, const KernelTable<T>& k);

  // What the layers leave out of their products must still be zero after the step.
  bool watches() const;
  void watch(const Tile& tile, const Parameters<T>& parameters, const KernelTable<T>& k);
  // The step of a kernel under a threshold, or whose zeros are final.
  void step_target(const Place& at, const T* gradient, const StepScalars<T>& scalars, const KernelTable<T>& k);
  // Where the proposal starts: w, or w after weight decay in `square`.
  const T* decayed(const Place& at, const T* w, const StepScalars<T>& scalars, T* square,
                   const KernelTable<T>& k) const;
  // The moving average takes the new weights, and where the step says so their place.
  void average(const Place& at, const StepScalars<T>& scalars, const KernelTable<T>& k) const;

  const NetworkImpl<T>& network_;
  const std::vector<DenseRun<T>*> layers_;
  std::vector<const BatchNormRun<T>*> norms_;  // by their index; null for those that do not train
  const int propose_;
  const int average_;  // the state that holds the moving average of the weights; -1: none
  const T clip_;       // the gradient's elements are cut off here; 0: not
  const bool proximal_;
  bool penalised_ = false;
  std::vector<Tile> tiles_;
  std::vector<std::size_t> work_;  // of the tiles up to and including each, in elements
  Buffer<T> penalties_;            // kPanel sums a tile
  std::vector<PanelPenalty<T>> array_penalties_;
  std::vector<bool> decays_;  // the arrays that weight decay acts on
  const TargetState no_target_;
  const PanelPenalty<T> none_;
  GradientBuffer<T> held_;
  CoupledUpdate<T> coupled_;
  OrthogonalUpdate<T> orthogonal_;
  std::atomic<bool> revived_{false};
  std::vector<bool> targeted_;  // the arrays that have a SparsityTarget
  SparsityTargets<T> targets_;
};

}  // namespace proxnet
