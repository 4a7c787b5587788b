// One tile from gradient to new weight.
#include "training/weight_update.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "penalties/constraint_panels.h"

namespace proxnet {

namespace {

// A square of weights takes 4 KB: gradient, point, metric, weights and state fit into the L1 cache.
template <class T> constexpr std::size_t kSquare = kPanel<T> * kPanel<T>;
// A block of a layer's inputs that stays in the L2 cache between pairs of panels of units.
constexpr std::size_t kBlockBytes = 256 * 1024;

// The sum of kPanel numbers, by a binary tree.
template <class T> T folded(T* x) {
  for (std::size_t half = kPanel<T> / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) x[i] += x[i + half];
  return x[0];
}

bool decays(const Optimizer& optimizer, WeightKind kind) {
  if (kind == WeightKind::kKernel) return optimizer.decay_kernel;
  if (kind == WeightKind::kBias) return optimizer.decay_bias;
  return kind == WeightKind::kGamma ? optimizer.decay_gamma : optimizer.decay_beta;
}

}  // namespace

template <class T>
WeightUpdate<T>::WeightUpdate(const NetworkImpl<T>& network, const std::vector<DenseRun<T>*>& layers,
                              const std::vector<BatchNormRun<T>*>& norms, std::size_t batch)
    : network_(network),
      layers_(layers),
      norms_(network.live().norms.size()),
      propose_(static_cast<int>(optimizer_kernel(network.optimizer))),
      average_(network.optimizer.use_ema ? optimizer_state_count(network.optimizer) - 1 : -1),
      clip_(static_cast<T>(network.optimizer.clipvalue)),
      proximal_(network.penalty_step == PenaltyStep::kProximal) {
  for (const BatchNormRun<T>* norm : norms) norms_[norm->index()] = norm;
  std::vector<std::size_t> first_tiles;
  array_penalties_.reserve(network.specs.size());
  for (std::size_t a = 0; a < network.specs.size(); ++a) {
    const ParameterSpec& spec = network.specs[a];
    array_penalties_.emplace_back(spec.penalty, spec.rows, spec.cols);
    arrays_.push_back({array_penalties_.back(), spec, network.live().is_kernel(a), decays(network.optimizer, spec.kind),
                       spec.target != SparsityTarget::kNone});
    first_tiles.push_back(tiles_.size());
    if (!spec.trained()) continue;
    penalised_ |= !spec.penalty.none();
    add_tiles(a, std::max<std::size_t>(1, kBlockBytes / (batch * kPanel<T> * sizeof(T))));
  }
  first_tiles.push_back(tiles_.size());
  penalties_ = Buffer<T>(tiles_.size());
  coupled_ = CoupledUpdate<T>(network, array_penalties_, first_tiles);
  gradient_buffer_ = GradientBuffer<T>(network.optimizer, network.live(), std::move(first_tiles));
  orthogonal_ = OrthogonalUpdate<T>(network);
  targets_ = SparsityTargets<T>(network);
}

template <class T> void WeightUpdate<T>::add_tiles(std::size_t array, std::size_t block) {
  const ParameterSpec& spec = network_.specs[array];
  const std::size_t panels = (spec.cols + kPanel<T> - 1) / kPanel<T>, before = tiles_.size();
  const auto add = [&](TileOrder& order, std::size_t t, bool together = false) {
    order.add(t, tiles_[t].rows + 1, tiles_[t].second(), together);
  };
  if (!arrays_[array].kernel) {
    for (std::size_t p = 0; p < panels; ++p) tiles_.push_back({array, 0, p, 0});
    for (std::size_t t = before; t < tiles_.size(); ++t) add(in_rows_, t), add(in_blocks_, t);
    return;
  }
  const std::size_t inputs = (spec.rows + kPanel<T> - 1) / kPanel<T>;
  for (std::size_t row = 0; row < spec.rows; row += kPanel<T>)
    for (std::size_t p = 0; p < panels; ++p) tiles_.push_back({array, row, p, std::min(kPanel<T>, spec.rows - row)});
  for (std::size_t t = before; t < tiles_.size(); ++t) add(in_rows_, t, tiles_[t].out > 0);
  for (std::size_t first = 0; first < inputs; first += block)
    for (std::size_t p = 0; p < panels; p += 2)
      for (std::size_t q = first; q < std::min(inputs, first + block); ++q)
        for (std::size_t i = p; i < std::min(panels, p + 2); ++i) add(in_blocks_, before + q * panels + i);
}

template <class T>
void WeightUpdate<T>::begin(Parameters<T>& parameters, double epoch_fraction, const KernelTable<T>& k) {
  targets_.retarget(parameters, epoch_fraction, k);
  for (std::size_t a = 0; a < arrays_.size(); ++a) {
    Array& at = arrays_[a];
    DenseParameters<T>* kernel = at.kernel ? &parameters.dense[a / 2] : nullptr;
    std::vector<Buffer<T>>& state = parameters.state(a);
    at.w = parameters.array(a).data();
    at.latent = kernel && kernel->latent.size() ? kernel->latent.data() : nullptr;
    at.states = state.size();
    for (std::size_t s = 0; s < state.size(); ++s) at.state[s] = state[s].data();
    if (at.targeted) {
      at.threshold = static_cast<T>(kernel->target.threshold);
      at.strength = parameters.ramps[a].refit ? 0 : kernel->target.strength;
    } else {
      at.strength = parameters.ramps[a].at(epoch_fraction);
    }
  }
  const bool all_active =
      std::all_of(layers_.begin(), layers_.end(), [](const DenseRun<T>* run) { return run->active.all(); });
  order_ = all_active ? &in_blocks_ : &in_rows_;  // with pruning, tiles of a row share a product
  order_->begin();
}

template <class T> typename WeightUpdate<T>::TileView WeightUpdate<T>::view(const Tile& tile) const {
  const Array& of = arrays_[tile.array];
  const std::size_t from = offset(tile);
  TileView at = {of,
                 tile.array,
                 from,
                 tile.row,
                 tile.vector() ? 1 : tile.rows,
                 of.w + from,
                 of.latent ? of.latent + from : nullptr,
                 {}};
  for (std::size_t s = 0; s < of.states; ++s) at.state[s] = of.state[s] + from;
  return at;
}

template <class T>
typename WeightUpdate<T>::Prefetch WeightUpdate<T>::next_reads(std::size_t t, std::size_t last,
                                                               const RowPrefetch<T>& next_rows, std::size_t index,
                                                               std::size_t count) const {
  Prefetch prefetch;
  if (tiles_[t].vector() || tiles_[t].second()) return prefetch;
  const T** next = prefetch.rows;
  for (std::size_t end = std::min(last, t + 2), i = t; i < end && (i == t || tiles_[i].second()); ++i, ++index) {
    if (gradient_buffer_.empty()) {
      const Array& of = arrays_[tiles_[i].array];
      const std::size_t from = offset(tiles_[i]);
      *next++ = of.w + from;
      for (std::size_t s = 0; s < of.states; ++s) *next++ = of.state[s] + from;
    }
    if (index >= count) continue;
    if (const T* row = next_rows.part(index, count)) *next++ = row;
  }
  return prefetch;
}

template <class T>
T* WeightUpdate<T>::find_gradient(const Tile& tile, TileGradient<T>& gradients, const Parameters<T>& parameters,
                                  const KernelTable<T>& k, const Prefetch& prefetch, T* square) const {
  if (tile.array < 2 * layers_.size()) {
    const DenseRun<T>& run = *layers_[tile.array / 2];
    if (!tile.vector())
      return gradients.kernel(k, run, parameters.dense[tile.array / 2].kernel, tile.row / kPanel<T>, tile.out,
                              prefetch.rows);
    gradients.bias(k, run, tile.out, square);
    return square;
  }
  const BatchNormRun<T>& norm = *norms_[tile.array / 2 - layers_.size()];
  const Buffer<T>& all = tile.array % 2 == 0 ? norm.gamma_gradient() : norm.beta_gradient();
  std::copy_n(all.data() + tile.out * kPanel<T>, kPanel<T>, square);
  return square;
}

template <class T>
void WeightUpdate<T>::begin_tile(std::size_t index, StepScale scale, const GroupScratch<T>& scratch,
                                 TileGradient<T>& gradients, const Prefetch& prefetch, const StepScalars<T>& scalars,
                                 Parameters<T>& parameters, const KernelTable<T>& k) {
  const Tile& tile = tiles_[index];
  const TileView at = view(tile);
  const std::size_t count = at.count();
  alignas(64) T square[kSquare<T>];
  T* const gradient = find_gradient(tile, gradients, parameters, k, prefetch, square);
  if (!orthogonal_.empty()) orthogonal_.add(tile.array, at.offset, count, gradient);
  if (!proximal_) at.of.penalty.add_gradient(k, scale.strength, at.row, at.rows, at.w, gradient);
  if (clip_ > 0) k.clip_values(count, clip_, gradient);
  if (gradient_buffer_.empty()) return step(index, at, gradient, scale, scratch, scalars, k);
  std::copy_n(gradient, count, gradient_buffer_.at(tile.array, at.offset));
  gradient_buffer_.add(index, count, gradient, k);
}

template <class T>
void WeightUpdate<T>::finish_tile(std::size_t index, StepScale scale, const GroupScratch<T>& scratch,
                                  const StepScalars<T>& scalars, const KernelTable<T>& k) {
  const TileView at = view(tiles_[index]);
  T* gradient = gradient_buffer_.at(tiles_[index].array, at.offset);
  for (std::size_t i = 0; scale.clip != 1 && i < at.count(); ++i) gradient[i] *= static_cast<T>(scale.clip);
  step(index, at, gradient, scale, scratch, scalars, k);
}

template <class T>
void WeightUpdate<T>::step(std::size_t index, const TileView& at, const T* gradient, StepScale scale,
                           const GroupScratch<T>& scratch, const StepScalars<T>& scalars, const KernelTable<T>& k) {
  const std::size_t count = at.count();
  alignas(64) T square[kSquare<T>], sums[kPanel<T>] = {};  // sums: the penalty per column
  const bool refit = network_.live().ramps[at.array].refit;
  penalties_[index] = 0;
  if (coupled_.grouped(at.array)) {
    const auto piece = tiles_[index].piece();
    const PenaltyGroups<T>& groups = coupled_.groups(at.array);
    T* const all = at.w - at.offset;
    groups.add_norms(piece, all, scratch, k);
    k.propose[propose_](count, scalars, decayed(at, at.w, scalars, square, k), gradient, at.state, at.w,
                        groups.metric(scratch, piece));
    return groups.add_moments(piece, scale.threshold(), all, scratch, k);
  }
  if (at.latent || refit) {
    step_target(at, gradient, scalars, k);
  } else if (propose_ == static_cast<int>(OptimizerKernel::kAdam) && proximal_ && at.of.penalty.elastic_net() &&
             scale.clip == 1) {
    k.update_adam_elastic_net(at.rows, scalars, at.of.penalty.scalars(scale.strength), at.of.penalty.factors(at.row),
                              at.keep(scalars), gradient, at.w, at.state, sums);
  } else {
    alignas(64) T point[kSquare<T>], metric[kSquare<T>];
    if (!at.of.penalty.none()) at.of.penalty.add_value(k, scale.strength, at.row, at.rows, at.w, sums);
    k.propose[propose_](count, scalars, decayed(at, at.w, scalars, square, k), gradient, at.state, point, metric);
    // In the subgradient step the penalty is part of the gradient.
    (proximal_ ? at.of.penalty : none_).prox(k, scale.threshold(), at.row, at.rows, point, metric, at.w);
  }
  penalties_[index] = folded(sums);
  if (average_ >= 0) average(at, scalars, k);
  const ParameterSpec& spec = at.of.spec;
  if (spec.constraint.kind == ConstraintKind::kBox)
    project_box(spec.constraint, at.rows, std::min(kPanel<T>, spec.cols - tiles_[index].out * kPanel<T>), at.w);
}

template <class T>
void WeightUpdate<T>::after_part(const typename CoupledUpdate<T>::Part& part, bool tracking,
                                 const StepScalars<T>& scalars, Parameters<T>& parameters, const KernelTable<T>& k) {
  if (!tracking && average_ < 0) return;
  coupled_.for_pieces(part, [&](const auto& piece) {
    const Tile tile = {part.array, piece.row, piece.panel, parameters.is_kernel(part.array) ? piece.rows : 0};
    if (average_ >= 0) average(view(tile), scalars, k);
    if (tracking) track_zeros(tile, parameters, k);
  });
}

template <class T> bool WeightUpdate<T>::tracks_zeros() const {
  return std::any_of(layers_.begin(), layers_.end(),
                     [](const DenseRun<T>* run) { return run->zero_rows.tracked() || !run->active.all(); });
}

template <class T>
void WeightUpdate<T>::track_zeros(const Tile& tile, const Parameters<T>& parameters, const KernelTable<T>& k) {
  if (tile.array >= 2 * layers_.size()) return;
  DenseRun<T>& run = *layers_[tile.array / 2];
  const DenseParameters<T>& p = parameters.dense[tile.array / 2];
  if (!tile.vector() && run.zero_rows.tracked()) run.zero_rows.update(k, p.kernel, tile.out, tile.row, tile.rows);
  if (run.active.all()) return;
  bool revived = false;
  if (!tile.vector()) {
    revived = k.any_in_columns(tile.rows, p.kernel.at(tile.out, tile.row), run.active.pruned_lanes(tile.out));
  } else {
    for (std::size_t j = tile.out * kPanel<T>, end = j + p.kernel.width(tile.out); j < end; ++j)
      revived |= !run.active.is_active(j) && !(p.bias[j] <= 0);
  }
  if (revived) revived_.store(true, std::memory_order_relaxed);
}

template <class T>
void WeightUpdate<T>::average(const TileView& at, const StepScalars<T>& scalars, const KernelTable<T>& k) const {
  const std::size_t count = at.count();
  k.average_weights(count, scalars.average_share, at.w, at.state[average_]);
  if (scalars.take_average) k.take_average(count, proximal_, at.state[average_], at.w);
}

template <class T>
const T* WeightUpdate<T>::decayed(const TileView& at, const T* w, const StepScalars<T>& scalars, T* square,
                                  const KernelTable<T>& k) const {
  const T keep = at.keep(scalars);
  if (keep == 1) return w;
  k.decay_weights(at.count(), keep, w, square);
  return square;
}

template <class T>
void WeightUpdate<T>::step_target(const TileView& at, const T* gradient, const StepScalars<T>& scalars,
                                  const KernelTable<T>& k) {
  const std::size_t count = at.count();
  alignas(64) T point[kSquare<T>], metric[kSquare<T>], square[kSquare<T>];
  T* from = at.latent ? at.latent : at.w;
  const bool refit = network_.live().ramps[at.array].refit;
  const T threshold = refit ? std::max(at.of.threshold, T(0)) : at.of.threshold;  // without a target it is negative
  k.propose[propose_](count, scalars, decayed(at, from, scalars, square, k), gradient, at.state, point, metric);
  if (refit) {
    for (std::size_t i = 0; i < count; ++i) point[i] = std::fabs(from[i]) <= threshold ? T(0) : point[i] + T(0);
    std::copy(point, point + count, at.w);
  } else {
    for (std::size_t i = 0; i < count; ++i) at.w[i] = std::fabs(point[i]) <= threshold ? T(0) : point[i] + T(0);
  }
  if (at.latent) std::copy(point, point + count, at.latent);
}

template class WeightUpdate<float>;
template class WeightUpdate<double>;

}  // namespace proxnet
