// Tiles of weights from gradient to new weight.
#include "weight_update.h"

#include <algorithm>
#include <utility>

#include "penalty_kernel.h"

namespace proxnet {

namespace {

// A square of weights is 4 KB: gradient, point and metric stay in the L1 cache beside weights and state.
template <class T> constexpr std::size_t kSquare = kPanel<T> * kPanel<T>;

}  // namespace

template <class T>
WeightUpdate<T>::WeightUpdate(const NetworkImpl<T>& network, const std::vector<DenseRun<T>*>& layers)
    : layers_(layers),
      propose_(static_cast<int>(optimizer_kernel(network.optimizer))),
      average_(network.optimizer.use_ema ? optimizer_state_count(network.optimizer) - 1 : -1),
      clip_(static_cast<T>(network.optimizer.clipvalue)),
      proximal_(network.penalty_step == PenaltyStep::kProximal) {
  std::vector<std::size_t> first_tiles;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Panels<T>& kernel = network.live().dense[l].kernel;
    const Dense& layer = layers[l]->layer();
    penalised_ |= !layer.kernel_penalty.none() || (layer.use_bias && !layer.bias_penalty.none());
    first_tiles.push_back(tiles_.size());
    for (std::size_t q = 0; q * kPanel<T> < kernel.rows; ++q)
      for (std::size_t p = 0; p < kernel.count(); ++p)
        tiles_.push_back({l, q, p, std::min(kPanel<T>, kernel.rows - q * kPanel<T>)});
    first_tiles.push_back(tiles_.size());
    if (layer.use_bias)
      for (std::size_t p = 0; p < kernel.count(); ++p) tiles_.push_back({l, 0, p, 0});
  }
  first_tiles.push_back(tiles_.size());
  std::size_t total = 0;
  for (const Tile& tile : tiles_) work_.push_back(total += tile.rows + 1);
  penalties_ = Buffer<T>(tiles_.size() * kPanel<T>);
  held_ = GradientBuffer<T>(network.optimizer, network.live(), std::move(first_tiles));
}

template <class T> std::size_t WeightUpdate<T>::first_tile(int rank, int size) const {
  const std::size_t share = work_.back() * static_cast<std::size_t>(rank) / static_cast<std::size_t>(size);
  return static_cast<std::size_t>(std::upper_bound(work_.begin(), work_.end(), share) - work_.begin());
}

template <class T>
typename WeightUpdate<T>::Place WeightUpdate<T>::place(const Tile& tile, Parameters<T>& parameters) const {
  DenseParameters<T>& p = parameters.dense[tile.layer];
  const Dense& layer = layers_[tile.layer]->layer();
  const bool bias = tile.bias();
  const std::size_t offset = bias ? tile.out * kPanel<T> : p.kernel.offset(tile.out, tile.in * kPanel<T>);
  Place at = {offset,
              bias ? 1 : tile.rows,
              (bias ? p.bias.data() : p.kernel.values.data()) + offset,
              {},
              bias ? layer.bias_penalty : layer.kernel_penalty};
  auto& arrays = bias ? p.bias_state : p.kernel_state;
  for (std::size_t s = 0; s < arrays.size(); ++s) at.state[s] = arrays[s].data() + offset;
  return at;
}

template <class T>
void WeightUpdate<T>::begin_tile(std::size_t index, std::size_t rows, const StepScalars<T>& scalars,
                                 Parameters<T>& parameters, const KernelTable<T>& k) {
  const Tile& tile = tiles_[index];
  const Place at = place(tile, parameters);
  alignas(64) T square[kSquare<T>];
  T* gradient = held_.empty() ? square : held_.at(tile.array(), at.offset);
  DenseRun<T>& run = *layers_[tile.layer];
  const Panels<T>& kernel = parameters.dense[tile.layer].kernel;
  // The product takes long enough to bring weights and state near.
  for (std::size_t i = 0; i < at.count * kPanel<T>; i += 64 / sizeof(T)) {
    __builtin_prefetch(at.w + i, 1, 2);
    for (std::size_t s = 0; s < kMaxOptimizerState && at.state[s]; ++s) __builtin_prefetch(at.state[s] + i, 1, 2);
  }
  const RowPanels<const T> d = std::as_const(run.gradient).view();
  if (tile.bias()) {
    std::fill(gradient, gradient + kPanel<T>, T(0));
    k.column_sums(rows, kernel.width(tile.out), d.at(tile.out, 0), static_cast<std::ptrdiff_t>(d.row_step), gradient);
  } else {
    weight_product<T>(k, kernel, tile.in, tile.out, rows, run.input().view(), d, gradient);
  }
  if (!proximal_ && !at.penalty.none())
    k.penalty_gradient[static_cast<int>(penalty_kernel(at.penalty))](at.count, penalty_scalars<T>(at.penalty), nullptr,
                                                                     at.w, gradient);
  if (clip_ > 0) k.clip_values(at.count * kPanel<T>, clip_, gradient);
  if (held_.empty()) return step(index, at, gradient, 1, scalars, k);
  held_.add(index, at.count * kPanel<T>, gradient, k);
}

template <class T>
void WeightUpdate<T>::finish_tile(std::size_t index, double scale, const StepScalars<T>& scalars,
                                  Parameters<T>& parameters, const KernelTable<T>& k) {
  const Place at = place(tiles_[index], parameters);
  T* gradient = held_.at(tiles_[index].array(), at.offset);
  for (std::size_t i = 0; i < at.count * kPanel<T>; ++i) gradient[i] *= static_cast<T>(scale);
  step(index, at, gradient, scale, scalars, k);
}

template <class T>
void WeightUpdate<T>::step(std::size_t index, const Place& at, const T* gradient, double scale,
                           const StepScalars<T>& scalars, const KernelTable<T>& k) {
  const PenaltyScalars<T> strengths = penalty_scalars<T>(at.penalty);
  const int kernel = static_cast<int>(penalty_kernel(at.penalty));
  T* sums = penalties_.data() + index * kPanel<T>;
  std::fill(sums, sums + kPanel<T>, T(0));
  const T keep = tiles_[index].bias() ? scalars.decay_bias : scalars.decay_kernel;
  if (propose_ == static_cast<int>(OptimizerKernel::kAdam) && proximal_ && scale == 1) {
    k.update_adam_elastic_net(at.count, scalars, strengths, nullptr, keep, gradient, at.w, at.state, sums);
    return average(at, scalars, k);
  }
  alignas(64) T point[kSquare<T>], metric[kSquare<T>];
  if (!at.penalty.none()) k.penalty_value[kernel](at.count, strengths, nullptr, at.w, sums);
  if (keep != 1) k.decay_weights(at.count * kPanel<T>, keep, at.w);
  k.propose[propose_](at.count * kPanel<T>, scalars, at.w, gradient, at.state, point, metric);
  k.prox[proximal_ ? kernel : static_cast<int>(PenaltyKernel::kNone)](at.count, penalty_scalars<T>(at.penalty, scale),
                                                                      nullptr, point, metric, at.w);
  average(at, scalars, k);
}

template <class T>
void WeightUpdate<T>::average(const Place& at, const StepScalars<T>& scalars, const KernelTable<T>& k) const {
  if (average_ < 0) return;
  k.average_weights(at.count * kPanel<T>, scalars.average_share, at.w, at.state[average_]);
  if (scalars.take_average) k.take_average(at.count * kPanel<T>, proximal_, at.state[average_], at.w);
}

template class WeightUpdate<float>;
template class WeightUpdate<double>;

}  // namespace proxnet
