// The second half of a step: gradient over the batch, optimizer's point and metric, prox of the penalty, tile by tile
// while the tile is in the L1 cache. Only clipping by norm writes the gradient to memory (GradientBuffer).
#pragma once

#include <atomic>
#include <vector>

#include "layers/batch_norm.h"
#include "network/network_impl.h"
#include "runtime/team.h"
#include "training/coupled_update.h"
#include "training/gradient_buffer.h"
#include "training/orthogonal_update.h"
#include "training/part_cursor.h"
#include "training/row_prefetch.h"
#include "training/sparsity_target.h"
#include "training/tile_gradient.h"
#include "training/tile_order.h"

namespace proxnet {

template <class T> class WeightUpdate {
 public:
  // `norms`: the trainable ones. `batch`: the most rows of a batch.
  WeightUpdate(const NetworkImpl<T>& network, const std::vector<DenseRun<T>*>& layers,
               const std::vector<BatchNormRun<T>*>& norms, std::size_t batch);

  // Allocates scratch for a team; before the parallel region.
  void reserve(int threads) { coupled_.reserve(threads), orthogonal_.reserve(threads); }
  // Before each step, by one thread while no other reads or writes weights. `epoch_fraction`: steps done / steps of the
  // epoch.
  void begin(Parameters<T>& parameters, double epoch_fraction, const KernelTable<T>& k);
  // The step by all threads, each on its tiles, after a barrier. `rows`: of the batch. Prefetches `next_rows`; calls
  // pause() between tiles.
  template <class Pause>
  void run(Member& member, std::size_t rows, const StepScalars<T>& scalars, Parameters<T>& parameters,
           const KernelTable<T>& k, const RowPrefetch<T>& next_rows, Pause&& pause) {
    const auto strength = [&](std::size_t array) { return arrays_[array].strength; };
    const auto scale = [&](std::size_t array) {
      return StepScale{strength(array), gradient_buffer_.empty() ? 1 : gradient_buffer_.scale(array)};
    };
    const bool tracking = tracks_zeros() && !coupled_.norms();
    if (!orthogonal_.empty()) orthogonal_.run(member, strength, parameters, k, pause);
    TileGradient<T> gradients(rows);
    if (coupled_.empty() && gradient_buffer_.empty()) {
      return order_->run(member, [&](std::size_t t, std::size_t index, std::size_t count) {
        const Prefetch prefetch = next_reads(t, tiles_.size(), next_rows, index, count);
        begin_tile(t, {strength(tiles_[t].array)}, {}, gradients, prefetch, scalars, parameters, k);
        if (tracking) track_zeros(tiles_[t], parameters, k);
        pause();
      });
    }
    const std::size_t first = in_rows_.first(member.rank, member.size);
    const std::size_t last = in_rows_.first(member.rank + 1, member.size);
    PartCursor<T> cursor(coupled_, member, [&](int rank) { return in_rows_.first(rank, member.size); });
    const auto finish_part = [&](std::size_t index) {
      const auto& part = coupled_.parts()[index];
      coupled_.finish(index, scale(part.array), cursor.scratch(index), parameters.array(part.array).data(), k);
      if (coupled_.grouped(part.array)) after_part(part, tracking, scalars, parameters, k);
    };
    const auto after_tile = [&](std::size_t t) {
      if (tracking && !coupled_.grouped(tiles_[t].array)) track_zeros(tiles_[t], parameters, k);
      if (const auto part = cursor.advance(t)) finish_part(*part);
    };
    for (std::size_t t = first; t < last; ++t) {
      const Prefetch prefetch = next_reads(t, last, next_rows, t - first, last - first);
      begin_tile(t, {strength(tiles_[t].array)}, cursor.next_scratch(tiles_[t].array), gradients, prefetch, scalars,
                 parameters, k);
      if (gradient_buffer_.empty()) after_tile(t);
      pause();
    }
    if (!gradient_buffer_.empty()) {
      member.barrier();
      StepScale factor;
      for (std::size_t t = first; t < last; ++t) {
        if (t == first || tiles_[t].array != tiles_[t - 1].array) factor = scale(tiles_[t].array);
        finish_tile(t, factor, cursor.next_scratch(tiles_[t].array), scalars, k);
        after_tile(t);
        pause();
      }
    }
    if (coupled_.empty()) return;
    member.barrier();
    // Parts whose tiles several threads have taken, then parts that are not contiguous.
    if (const auto part = cursor.split_part()) finish_part(*part);
    const std::size_t contiguous = coupled_.contiguous_parts(), others = coupled_.parts().size() - contiguous;
    for (std::size_t i = member.begin(others), end = member.end(others); i < end; ++i) finish_part(contiguous + i);
    if (!coupled_.norms()) return;
    member.barrier();
    coupled_.project(member, parameters, k);
    if (!tracks_zeros()) return;
    member.barrier();
    for (std::size_t t = first; t < last; ++t) track_zeros(tiles_[t], parameters, k);
  }

  // Moving averages may change zero weights after the step.
  bool can_prune() const { return average_ < 0; }
  // Whether a weight of a pruned unit has become non-zero: the layers must be pruned anew before the next step.
  bool revived() const { return revived_.load(std::memory_order_relaxed); }
  void clear_revived() { revived_.store(false, std::memory_order_relaxed); }

  // The penalties of the weights before the last run.
  double penalty(const KernelTable<T>& k) const {
    return (penalised_ ? k.sum(penalties_.size(), penalties_.data()) : 0) + coupled_.penalty() + orthogonal_.penalty();
  }

 private:
  // Rows [row, row + rows) of panel `out` of a kernel, at most kPanel of them; or panel `out` of a bias, gamma or beta
  // (rows == 0). Tiles depend on the shape alone, so that sums have the same bits on any team.
  struct Tile {
    std::size_t array, row, out, rows;
    bool vector() const { return rows == 0; }
    bool second() const { return !vector() && out % 2 == 1; }  // of a pair whose gradients are computed together
    typename CoupledUpdate<T>::Piece piece() const { return {out, row, vector() ? 1 : rows}; }
  };
  // An array with its penalty in the current step.
  struct Array {
    const PanelPenalty<T>& penalty;
    const ParameterSpec& spec;
    const bool kernel, decays, targeted;
    T* w = nullptr;
    T* latent = nullptr;  // DenseParameters::latent, if any
    T* state[kMaxOptimizerState] = {};
    std::size_t states = 0;
    double strength = 1;  // factor on the penalty's strengths
    T threshold = -1;     // of a sparsity target
  };
  // A tile of an array: (rows, kPanel) weights from element `offset` on.
  struct TileView {
    const Array& of;
    std::size_t array, offset, row, rows;
    T* w;
    T* latent;
    T* state[kMaxOptimizerState];
    std::size_t count() const { return rows * kPanel<T>; }
    // The factor of weight decay.
    T keep(const StepScalars<T>& s) const { return of.decays ? s.decay : T(1); }
  };
  // Rows of kPanel that are read next; null ends the list.
  struct Prefetch {
    const T* rows[kMaxPrefetch + 1] = {};
  };
  // What tile t and the second tile of its pair will read, if that is below `last`: weights, state and part of the next
  // rows. Empty for the second tile of a pair.
  Prefetch next_reads(std::size_t t, std::size_t last, const RowPrefetch<T>& next_rows, std::size_t index,
                      std::size_t count) const;
  void add_tiles(std::size_t array, std::size_t block);
  std::size_t offset(const Tile& tile) const {
    return ((tile.vector() ? tile.out : tile.out * arrays_[tile.array].spec.rows) + tile.row) * kPanel<T>;
  }
  TileView view(const Tile& tile) const;
  // Returns `square`, or a buffer of `gradients`.
  T* find_gradient(const Tile& tile, TileGradient<T>& gradients, const Parameters<T>& parameters,
                   const KernelTable<T>& k, const Prefetch& prefetch, T* square) const;
  // The gradient of a tile; then its step, unless the gradient is clipped by norm.
  void begin_tile(std::size_t index, StepScale scale, const GroupScratch<T>& scratch, TileGradient<T>& gradients,
                  const Prefetch& prefetch, const StepScalars<T>& scalars, Parameters<T>& parameters,
                  const KernelTable<T>& k);
  // The step of a tile from its clipped gradient.
  void finish_tile(std::size_t index, StepScale scale, const GroupScratch<T>& scratch, const StepScalars<T>& scalars,
                   const KernelTable<T>& k);
  // From gradient to new weights; of grouped arrays to the point, whose prox follows in CoupledUpdate. Clipping scales
  // the penalty's threshold as the gradient, so that stationary points stay the same.
  void step(std::size_t index, const TileView& at, const T* gradient, StepScale scale, const GroupScratch<T>& scratch,
            const StepScalars<T>& scalars, const KernelTable<T>& k);

  // Moving averages and zeros of a part with new weights.
  void after_part(const typename CoupledUpdate<T>::Part& part, bool tracking, const StepScalars<T>& scalars,
                  Parameters<T>& parameters, const KernelTable<T>& k);

  // Whether layers skip zero rows or pruned units, and the update of what they know of a tile with new weights.
  bool tracks_zeros() const;
  void track_zeros(const Tile& tile, const Parameters<T>& parameters, const KernelTable<T>& k);
  // The step of a kernel with a magnitude threshold, or of a refit.
  void step_target(const TileView& at, const T* gradient, const StepScalars<T>& scalars, const KernelTable<T>& k);
  // w, or w after weight decay in `square`.
  const T* decayed(const TileView& at, const T* w, const StepScalars<T>& scalars, T* square,
                   const KernelTable<T>& k) const;
  // Updates the moving average; replaces the weights by it in steps of ema_overwrite_frequency.
  void average(const TileView& at, const StepScalars<T>& scalars, const KernelTable<T>& k) const;

  const NetworkImpl<T>& network_;
  const std::vector<DenseRun<T>*> layers_;
  std::vector<const BatchNormRun<T>*> norms_;  // by NormParameters; null if not trainable
  const int propose_;
  const int average_;  // index of the state with the moving average; -1: none
  const T clip_;       // clipvalue; 0: none
  const bool proximal_;
  bool penalised_ = false;
  std::vector<Tile> tiles_;
  TileOrder in_rows_, in_blocks_;
  TileOrder* order_ = &in_rows_;
  Buffer<T> penalties_;  // per tile
  std::vector<PanelPenalty<T>> array_penalties_;
  std::vector<Array> arrays_;
  const PanelPenalty<T> none_;
  GradientBuffer<T> gradient_buffer_;
  CoupledUpdate<T> coupled_;
  OrthogonalUpdate<T> orthogonal_;
  std::atomic<bool> revived_{false};
  SparsityTargets<T> targets_;
};

}  // namespace proxnet
