// Tiles of weights from gradient to new weight.
#include "weight_update.h"

#include <algorithm>
#include <utility>

#include "penalty_kernel.h"

namespace proxnet {

template <class T>
WeightUpdate<T>::WeightUpdate(const NetworkImpl<T>& network, const std::vector<DenseRun<T>*>& layers)
    : layers_(layers),
      propose_(static_cast<int>(optimizer_kernel(network.optimizer))),
      proximal_(network.penalty_step == PenaltyStep::kProximal) {
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Panels<T>& kernel = network.live().dense[l].kernel;
    const Dense& layer = layers[l]->layer();
    if (!layer.trainable) continue;
    penalised_ |= !layer.kernel_penalty.none() || (layer.use_bias && !layer.bias_penalty.none());
    for (std::size_t q = 0; q * kPanel<T> < kernel.rows; ++q)
      for (std::size_t p = 0; p < kernel.count(); ++p)
        tiles_.push_back({l, q, p, std::min(kPanel<T>, kernel.rows - q * kPanel<T>)});
    if (layer.use_bias)
      for (std::size_t p = 0; p < kernel.count(); ++p) tiles_.push_back({l, 0, p, 0});
  }
  std::size_t total = 0;
  for (const Tile& tile : tiles_) work_.push_back(total += tile.rows + 1);
  penalties_ = Buffer<T>(tiles_.size() * kPanel<T>);
}

template <class T> std::size_t WeightUpdate<T>::first_tile(int rank, int size) const {
  if (work_.empty()) return 0;
  const std::size_t share = work_.back() * static_cast<std::size_t>(rank) / static_cast<std::size_t>(size);
  return static_cast<std::size_t>(std::upper_bound(work_.begin(), work_.end(), share) - work_.begin());
}

template <class T>
void WeightUpdate<T>::update(const Tile& tile, std::size_t index, std::size_t rows, const StepScalars<T>& scalars,
                             Parameters<T>& parameters, const KernelTable<T>& k) {
  // A square of weights is 4 KB: gradient, point and metric stay in the L1 cache beside weights and state.
  constexpr std::size_t kSquare = kPanel<T> * kPanel<T>;
  alignas(64) T gradient[kSquare], point[kSquare], metric[kSquare];
  DenseRun<T>& run = *layers_[tile.layer];
  DenseParameters<T>& p = parameters.dense[tile.layer];
  const bool bias = tile.rows == 0;
  const std::size_t count = bias ? 1 : tile.rows;
  const std::size_t offset = bias ? tile.out * kPanel<T> : p.kernel.offset(tile.out, tile.in * kPanel<T>);
  T* w = (bias ? p.bias.data() : p.kernel.values.data()) + offset;
  T* state[kMaxOptimizerState] = {};
  auto& arrays = bias ? p.bias_state : p.kernel_state;
  for (std::size_t s = 0; s < arrays.size(); ++s) state[s] = arrays[s].data() + offset;
  // The product takes long enough to bring weights and state near.
  for (std::size_t i = 0; i < count * kPanel<T>; i += 64 / sizeof(T)) {
    __builtin_prefetch(w + i, 1, 2);
    for (std::size_t s = 0; s < arrays.size(); ++s) __builtin_prefetch(state[s] + i, 1, 2);
  }
  const RowPanels<const T> d = std::as_const(run.gradient).view();
  if (bias) {
    std::fill(gradient, gradient + kPanel<T>, T(0));
    k.column_sums(rows, p.kernel.width(tile.out), d.at(tile.out, 0), static_cast<std::ptrdiff_t>(d.row_step), gradient);
  } else {
    weight_product<T>(k, p.kernel, tile.in, tile.out, rows, run.input().view(), d, gradient);
  }
  const Penalty& penalty = bias ? run.layer().bias_penalty : run.layer().kernel_penalty;
  const PenaltyScalars<T> strengths = penalty_scalars<T>(penalty);
  const int kernel = static_cast<int>(penalty_kernel(penalty));
  T* sums = penalties_.data() + index * kPanel<T>;
  std::fill(sums, sums + kPanel<T>, T(0));
  if (propose_ == static_cast<int>(OptimizerKernel::kAdam) && proximal_)
    return k.update_adam_elastic_net(count, scalars, strengths, nullptr, gradient, w, state, sums);
  if (!penalty.none()) {
    k.penalty_value[kernel](count, strengths, nullptr, w, sums);
    if (!proximal_) k.penalty_gradient[kernel](count, strengths, nullptr, w, gradient);
  }
  k.propose[propose_](count * kPanel<T>, scalars, w, gradient, state, point, metric);
  k.prox[proximal_ ? kernel : static_cast<int>(PenaltyKernel::kNone)](count, strengths, nullptr, point, metric, w);
}

template class WeightUpdate<float>;
template class WeightUpdate<double>;

}  // namespace proxnet
