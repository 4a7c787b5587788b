// The second half of a step: each tile of weights gets its gradient over the whole batch and, while that is still in
// the L1 cache, the optimizer's proposal and the penalty's prox. The gradient goes to memory only where the step must
// know all of it first.
#pragma once

#include <atomic>
#include <vector>

#include "layers/batch_norm.h"
#include "network/network_impl.h"
#include "runtime/team.h"
#include "training/coupled_update.h"
#include "training/gradient_buffer.h"
#include "training/orthogonal_update.h"
#include "training/part_walk.h"
#include "training/sparsity_target.h"
#include "training/tile_gradient.h"
#include "training/tile_order.h"
#include "training/upcoming_rows.h"

namespace proxnet {

template <class T> class WeightUpdate {
 public:
  // `norms`: those that train. Batches have at most so many rows.
  WeightUpdate(const NetworkImpl<T>& network, const std::vector<DenseRun<T>*>& layers,
               const std::vector<BatchNormRun<T>*>& norms, std::size_t batch);

  // Before a run on so many threads.
  void reserve(int threads) { coupled_.reserve(threads), orthogonal_.reserve(threads); }
  // Before each step, by one thread, while nobody writes weights and `share` of the epoch is over.
  void begin(Parameters<T>& parameters, double share, const KernelTable<T>& k);
  // This thread's share of the step, for a batch of `rows`; all threads of the team come here after a barrier.
  // `upcoming` come near meanwhile; `pause` is called between tiles.
  template <class Pause>
  void run(Member& member, std::size_t rows, const StepScalars<T>& scalars, Parameters<T>& parameters,
           const KernelTable<T>& k, const UpcomingRows<T>& upcoming, Pause&& pause) {
    const auto strength = [&](std::size_t array) { return arrays_[array].strength; };
    const auto scale = [&](std::size_t array) {
      return StepScale{strength(array), held_.empty() ? 1 : held_.scale(array)};
    };
    const bool watching = watches() && !coupled_.norms();
    if (!orthogonal_.empty()) orthogonal_.run(member, strength, parameters, k, pause);
    TileGradient<T> gradients(rows);
    if (coupled_.empty() && held_.empty()) {
      return order_->run(member, [&](std::size_t t, std::size_t place, std::size_t places) {
        const Near near = wanted(t, tiles_.size(), upcoming, place, places);
        begin_tile(t, {strength(tiles_[t].array)}, {}, gradients, near, scalars, parameters, k);
        if (watching) watch(tiles_[t], parameters, k);
        pause();
      });
    }
    const std::size_t first = in_rows_.first(member.rank, member.size);
    const std::size_t last = in_rows_.first(member.rank + 1, member.size);
    PartWalk<T> walk(coupled_, member, [&](int rank) { return in_rows_.first(rank, member.size); });
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
      const Near near = wanted(t, last, upcoming, t - first, last - first);
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
        finish_tile(t, factor, walk.next_room(tiles_[t].array), scalars, k);
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
  // Where an array lies in this step, and what acts on it.
  struct Array {
    const PanelPenalty<T>& penalty;
    const ArrayRule& rule;
    const bool kernel, decays, targeted;
    T* w = nullptr;
    T* latent = nullptr;  // or stays so
    T* state[kMaxOptimizerState] = {};
    std::size_t states = 0;
    double strength = 1;  // multiplies the penalty's
    T threshold = -1;     // of a target
  };
  // The same of a tile: offset in elements from the array's start; rows of kPanel weights.
  struct Place {
    const Array& of;
    std::size_t array, offset, row, rows;
    T* w;
    T* latent;
    T* state[kMaxOptimizerState];
    std::size_t count() const { return rows * kPanel<T>; }
    // What the weight decay of a step leaves.
    T keep(const StepScalars<T>& s) const { return of.decays ? s.decay : T(1); }
  };
  // Rows of kPanel that are wanted next; null ends them.
  struct Near {
    const T* rows[kMaxNear + 1] = {};
  };
  // Of tile t and the one whose gradient is found with it, which is before `last`: weights, state and share of the
  // upcoming rows. Nothing where they have come with the tile before.
  Near wanted(std::size_t t, std::size_t last, const UpcomingRows<T>& upcoming, std::size_t place,
              std::size_t places) const;
  void add_tiles(std::size_t array, std::size_t block);
  std::size_t offset(const Tile& tile) const {
    return ((tile.vector() ? tile.out : tile.out * arrays_[tile.array].rule.rows) + tile.row) * kPanel<T>;
  }
  Place place(const Tile& tile) const;
  // In `square`, or where TileGradient keeps it.
  T* find_gradient(const Tile& tile, TileGradient<T>& gradients, const Parameters<T>& parameters,
                   const KernelTable<T>& k, const Near& near, T* square) const;
  // The gradient of a tile; then the step, unless the gradient is held for clipping.
  void begin_tile(std::size_t index, StepScale scale, const GroupRoom<T>& room, TileGradient<T>& gradients,
                  const Near& near, const StepScalars<T>& scalars, Parameters<T>& parameters, const KernelTable<T>& k);
  // The step of a tile whose gradient was held, clipped.
  void finish_tile(std::size_t index, StepScale scale, const GroupRoom<T>& room, const StepScalars<T>& scalars,
                   const KernelTable<T>& k);
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
  TileOrder in_rows_, in_blocks_;
  TileOrder* order_ = &in_rows_;
  Buffer<T> penalties_;  // one a tile
  std::vector<PanelPenalty<T>> array_penalties_;
  std::vector<Array> arrays_;
  const PanelPenalty<T> none_;
  GradientBuffer<T> held_;
  CoupledUpdate<T> coupled_;
  OrthogonalUpdate<T> orthogonal_;
  std::atomic<bool> revived_{false};
  SparsityTargets<T> targets_;
};

}  // namespace proxnet
