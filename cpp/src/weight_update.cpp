// Tiles of weights from gradient to new weight.
#include "weight_update.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "constraint_panels.h"

namespace proxnet {

namespace {

// A square of weights is 4 KB: gradient, point and metric stay in the L1 cache beside weights and state.
template <class T> constexpr std::size_t kSquare = kPanel<T> * kPanel<T>;

bool decays(const Optimizer& optimizer, WeightKind kind) {
  if (kind == WeightKind::kKernel) return optimizer.decay_kernel;
  if (kind == WeightKind::kBias) return optimizer.decay_bias;
  return kind == WeightKind::kGamma ? optimizer.decay_gamma : optimizer.decay_beta;
}

}  // namespace

template <class T>
WeightUpdate<T>::WeightUpdate(const NetworkImpl<T>& network, const std::vector<DenseRun<T>*>& layers,
                              const std::vector<BatchNormRun<T>*>& norms)
    : network_(network),
      layers_(layers),
      norms_(network.live().norms.size()),
      propose_(static_cast<int>(optimizer_kernel(network.optimizer))),
      average_(network.optimizer.use_ema ? optimizer_state_count(network.optimizer) - 1 : -1),
      clip_(static_cast<T>(network.optimizer.clipvalue)),
      proximal_(network.penalty_step == PenaltyStep::kProximal) {
  for (const BatchNormRun<T>* norm : norms) norms_[norm->index()] = norm;
  std::vector<std::size_t> first_tiles;
  for (std::size_t a = 0; a < network.rules.size(); ++a) {
    const ArrayRule& rule = network.rules[a];
    array_penalties_.emplace_back(rule.penalty, rule.rows, rule.cols);
    targeted_.push_back(rule.target != SparsityTarget::kNone);
    decays_.push_back(decays(network.optimizer, rule.kind));
    first_tiles.push_back(tiles_.size());
    if (!rule.moves()) continue;
    penalised_ |= !rule.penalty.none();
    add_tiles(a, network.live());
  }
  first_tiles.push_back(tiles_.size());
  std::size_t total = 0;
  for (const Tile& tile : tiles_) work_.push_back(total += tile.rows + 1);
  penalties_ = Buffer<T>(tiles_.size() * kPanel<T>);
  coupled_ = CoupledUpdate<T>(network, array_penalties_, first_tiles);
  held_ = GradientBuffer<T>(network.optimizer, network.live(), std::move(first_tiles));
  orthogonal_ = OrthogonalUpdate<T>(network);
  targets_ = SparsityTargets<T>(network);
}

template <class T> void WeightUpdate<T>::add_tiles(std::size_t array, const Parameters<T>& parameters) {
  const ArrayRule& rule = network_.rules[array];
  const std::size_t panels = (rule.cols + kPanel<T> - 1) / kPanel<T>;
  if (!parameters.is_kernel(array)) {
    for (std::size_t p = 0; p < panels; ++p) tiles_.push_back({array, 0, p, 0});
    return;
  }
  for (std::size_t row = 0; row < rule.rows; row += kPanel<T>)
    for (std::size_t p = 0; p < panels; ++p) tiles_.push_back({array, row, p, std::min(kPanel<T>, rule.rows - row)});
}

template <class T> std::size_t WeightUpdate<T>::first_tile(int rank, int size) const {
  if (work_.empty()) return 0;
  const std::size_t share = work_.back() * static_cast<std::size_t>(rank) / static_cast<std::size_t>(size);
  const auto tile = static_cast<std::size_t>(std::upper_bound(work_.begin(), work_.end(), share) - work_.begin());
  return tile + (tile < tiles_.size() && tiles_[tile].second());
}

template <class T>
typename WeightUpdate<T>::Place WeightUpdate<T>::place(const Tile& tile, Parameters<T>& parameters) const {
  const ArrayRule& rule = network_.rules[tile.array];
  DenseParameters<T>* kernel = tile.vector() ? nullptr : &parameters.dense[tile.array / 2];
  const std::size_t offset = kernel ? kernel->kernel.offset(tile.out, tile.row) : tile.out * kPanel<T>;
  Place at = {tile.array,
              offset,
              tile.row,
              kernel ? tile.rows : 1,
              std::min(kPanel<T>, rule.cols - tile.out * kPanel<T>),
              parameters.array(tile.array).data() + offset,
              {},
              array_penalties_[tile.array],
              rule.constraint,
              kernel && kernel->latent.size() ? kernel->latent.data() + offset : nullptr,
              kernel ? kernel->target : no_target_,
              decays_[tile.array]};
  std::vector<Buffer<T>>& arrays = parameters.state(tile.array);
  for (std::size_t s = 0; s < arrays.size(); ++s) at.state[s] = arrays[s].data() + offset;
  return at;
}

template <class T>
typename WeightUpdate<T>::Near WeightUpdate<T>::wanted(std::size_t t, std::size_t first, std::size_t last,
                                                       const UpcomingRows<T>& upcoming,
                                                       Parameters<T>& parameters) const {
  Near near;
  if (tiles_[t].vector() || tiles_[t].second()) return near;
  const T** next = near.rows;
  for (std::size_t end = std::min(last, t + 2), i = t; i < end && (i == t || tiles_[i].second()); ++i) {
    if (held_.empty()) {
      const Place at = place(tiles_[i], parameters);
      *next++ = at.w;
      next = std::copy(at.state, std::find(at.state, at.state + kMaxOptimizerState, nullptr), next);
    }
    if (const T* row = upcoming.share(i - first, last - first)) *next++ = row;
  }
  return near;
}

template <class T>
T* WeightUpdate<T>::find_gradient(const Tile& tile, TileGradient<T>& gradients, const Parameters<T>& parameters,
                                  const KernelTable<T>& k, const Near& near, T* square) const {
  if (tile.array < 2 * layers_.size()) {
    const DenseRun<T>& run = *layers_[tile.array / 2];
    if (!tile.vector())
      return gradients.kernel(k, run, parameters.dense[tile.array / 2].kernel, tile.row / kPanel<T>, tile.out,
                              near.rows);
    gradients.bias(k, run, tile.out, square);
    return square;
  }
  const BatchNormRun<T>& norm = *norms_[tile.array / 2 - layers_.size()];
  const Buffer<T>& all = tile.array % 2 == 0 ? norm.gamma_gradient() : norm.beta_gradient();
  std::copy_n(all.data() + tile.out * kPanel<T>, kPanel<T>, square);
  return square;
}

template <class T>
void WeightUpdate<T>::begin_tile(std::size_t index, StepScale scale, const GroupRoom<T>& room,
                                 TileGradient<T>& gradients, const Near& near, const StepScalars<T>& scalars,
                                 Parameters<T>& parameters, const KernelTable<T>& k) {
  const Tile& tile = tiles_[index];
  const Place at = place(tile, parameters);
  const std::size_t count = at.rows * kPanel<T>;
  alignas(64) T square[kSquare<T>];
  T* const gradient = find_gradient(tile, gradients, parameters, k, near, square);
  if (!orthogonal_.empty()) orthogonal_.add(tile.array, at.offset, count, gradient);
  if (!proximal_) at.penalty.add_gradient(k, scale.strength, at.row, at.rows, at.w, gradient);
  if (clip_ > 0) k.clip_values(count, clip_, gradient);
  if (held_.empty()) return step(index, at, gradient, scale, room, scalars, k);
  std::copy_n(gradient, count, held_.at(tile.array, at.offset));
  held_.add(index, count, gradient, k);
}

template <class T>
void WeightUpdate<T>::finish_tile(std::size_t index, StepScale scale, const GroupRoom<T>& room,
                                  const StepScalars<T>& scalars, Parameters<T>& parameters, const KernelTable<T>& k) {
  const Place at = place(tiles_[index], parameters);
  T* gradient = held_.at(tiles_[index].array, at.offset);
  for (std::size_t i = 0; scale.clip != 1 && i < at.rows * kPanel<T>; ++i) gradient[i] *= static_cast<T>(scale.clip);
  step(index, at, gradient, scale, room, scalars, k);
}

template <class T>
void WeightUpdate<T>::step(std::size_t index, const Place& at, const T* gradient, StepScale scale,
                           const GroupRoom<T>& room, const StepScalars<T>& scalars, const KernelTable<T>& k) {
  const std::size_t count = at.rows * kPanel<T>;
  T* sums = penalties_.data() + index * kPanel<T>;
  std::fill(sums, sums + kPanel<T>, T(0));
  alignas(64) T square[kSquare<T>];
  const bool refit = network_.live().ramps[at.array].refit;
  if (coupled_.waits(at.array)) {
    const auto piece = tiles_[index].piece();
    const PenaltyGroups<T>& groups = coupled_.groups(at.array);
    T* const all = at.w - at.offset;
    groups.add_norms(piece, all, room, k);
    k.propose[propose_](count, scalars, decayed(at, at.w, scalars, square, k), gradient, at.state, at.w,
                        groups.metric(room, piece));
    return groups.add_moments(piece, scale.threshold(), all, room, k);
  }
  if (at.latent || refit) {
    step_target(at, gradient, scalars, k);
  } else if (propose_ == static_cast<int>(OptimizerKernel::kAdam) && proximal_ && at.penalty.elastic_net() &&
             scale.clip == 1) {
    k.update_adam_elastic_net(at.rows, scalars, at.penalty.scalars(scale.strength), at.penalty.factors(at.row),
                              at.keep(scalars), gradient, at.w, at.state, sums);
  } else {
    alignas(64) T point[kSquare<T>], metric[kSquare<T>];
    if (!at.penalty.none()) at.penalty.add_value(k, scale.strength, at.row, at.rows, at.w, sums);
    k.propose[propose_](count, scalars, decayed(at, at.w, scalars, square, k), gradient, at.state, point, metric);
    // In the subgradient step the penalty is in the gradient already.
    (proximal_ ? at.penalty : none_).prox(k, scale.threshold(), at.row, at.rows, point, metric, at.w);
  }
  if (average_ >= 0) average(at, scalars, k);
  if (at.constraint.kind == ConstraintKind::kBox) project_box(at.constraint, at.rows, at.width, at.w);
}

template <class T>
void WeightUpdate<T>::settle(const typename CoupledUpdate<T>::Part& part, bool watching, const StepScalars<T>& scalars,
                             Parameters<T>& parameters, const KernelTable<T>& k) {
  if (!watching && average_ < 0) return;
  coupled_.for_pieces(part, [&](const auto& piece) {
    const Tile tile = {part.array, piece.row, piece.panel, parameters.is_kernel(part.array) ? piece.rows : 0};
    if (average_ >= 0) average(place(tile, parameters), scalars, k);
    if (watching) watch(tile, parameters, k);
  });
}

template <class T> bool WeightUpdate<T>::watches() const {
  return std::any_of(layers_.begin(), layers_.end(),
                     [](const DenseRun<T>* run) { return run->zero_rows.tracked() || !run->kept.all(); });
}

template <class T>
void WeightUpdate<T>::watch(const Tile& tile, const Parameters<T>& parameters, const KernelTable<T>& k) {
  if (tile.array >= 2 * layers_.size()) return;
  DenseRun<T>& run = *layers_[tile.array / 2];
  const DenseParameters<T>& p = parameters.dense[tile.array / 2];
  if (!tile.vector() && run.zero_rows.tracked()) run.zero_rows.update(k, p.kernel, tile.out, tile.row, tile.rows);
  if (run.kept.all()) return;
  bool revived = false;
  if (!tile.vector()) {
    revived = k.any_in_columns(tile.rows, p.kernel.at(tile.out, tile.row), run.kept.dropped(tile.out));
  } else {
    for (std::size_t j = tile.out * kPanel<T>, end = j + p.kernel.width(tile.out); j < end; ++j)
      revived |= !run.kept.kept(j) && !(p.bias[j] <= 0);
  }
  if (revived) revived_.store(true, std::memory_order_relaxed);
}

template <class T>
void WeightUpdate<T>::average(const Place& at, const StepScalars<T>& scalars, const KernelTable<T>& k) const {
  const std::size_t count = at.rows * kPanel<T>;
  k.average_weights(count, scalars.average_share, at.w, at.state[average_]);
  if (scalars.take_average) k.take_average(count, proximal_, at.state[average_], at.w);
}

template <class T>
const T* WeightUpdate<T>::decayed(const Place& at, const T* w, const StepScalars<T>& scalars, T* square,
                                  const KernelTable<T>& k) const {
  const T keep = at.keep(scalars);
  if (keep == 1) return w;
  k.decay_weights(at.rows * kPanel<T>, keep, w, square);
  return square;
}

template <class T>
void WeightUpdate<T>::step_target(const Place& at, const T* gradient, const StepScalars<T>& scalars,
                                  const KernelTable<T>& k) {
  const std::size_t count = at.rows * kPanel<T>;
  alignas(64) T point[kSquare<T>], metric[kSquare<T>], square[kSquare<T>];
  T* from = at.latent ? at.latent : at.w;
  const T threshold = static_cast<T>(at.target.threshold);
  k.propose[propose_](count, scalars, decayed(at, from, scalars, square, k), gradient, at.state, point, metric);
  if (network_.live().ramps[at.array].refit) {
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
