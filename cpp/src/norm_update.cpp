// gamma, beta and the moving statistics after a batch.
#include "norm_update.h"

#include <algorithm>
#include <cmath>

#include "penalty_kernel.h"

namespace proxnet {

namespace {

// Below 2^-100 a moving statistic is +0.0, so that denormals do not breed.
template <class T> T moved(T moving, T batch, double momentum) {
  const double x = momentum * static_cast<double>(moving) + (1 - momentum) * static_cast<double>(batch);
  return std::fabs(x) < 0x1p-100 ? T(0) : static_cast<T>(x);
}

}  // namespace

template <class T>
NormUpdate<T>::NormUpdate(const NetworkImpl<T>& network, const std::vector<BatchNormRun<T>*>& layers)
    : layers_(layers),
      propose_(static_cast<int>(optimizer_kernel(network.optimizer))),
      proximal_(network.penalty_step == PenaltyStep::kProximal) {
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const BatchNormalization& layer = layers[l]->layer();
    penalised_ |= (layer.scale && !layer.gamma_penalty.none()) || (layer.center && !layer.beta_penalty.none());
    for (std::size_t p = 0; p < layers[l]->output.panels(); ++p) tiles_.push_back({l, p});
  }
  penalties_ = Buffer<T>(tiles_.size() * 2 * kPanel<T>);
}

template <class T>
void NormUpdate<T>::run(int rank, int size, const StepScalars<T>& scalars, Parameters<T>& parameters,
                        const KernelTable<T>& k) {
  const std::size_t count = tiles_.size(), members = static_cast<std::size_t>(size);
  const std::size_t last = count * static_cast<std::size_t>(rank + 1) / members;
  for (std::size_t t = count * static_cast<std::size_t>(rank) / members; t < last; ++t) {
    const BatchNormRun<T>& run = *layers_[tiles_[t].layer];
    NormParameters<T>& p = parameters.norms[run.index()];
    const BatchNormalization& layer = run.layer();
    const std::size_t j = tiles_[t].panel * kPanel<T>;
    T* sums = penalties_.data() + t * 2 * kPanel<T>;
    if (layer.scale)
      step(layer.gamma_penalty, run.gamma_gradient().data() + j, p.gamma.data() + j, p.gamma_state, j, sums, scalars,
           k);
    if (layer.center)
      step(layer.beta_penalty, run.beta_gradient().data() + j, p.beta.data() + j, p.beta_state, j, sums + kPanel<T>,
           scalars, k);
    for (std::size_t i = j; i < std::min(j + kPanel<T>, p.cols); ++i) {
      p.mean[i] = moved(p.mean[i], run.mean()[i], layer.momentum);
      p.variance[i] = moved(p.variance[i], run.variance()[i], layer.momentum);
    }
  }
}

template <class T>
void NormUpdate<T>::step(const Penalty& penalty, const T* gradient, T* w, std::vector<Buffer<T>>& state,
                         std::size_t offset, T* sums, const StepScalars<T>& scalars, const KernelTable<T>& k) const {
  alignas(64) T g[kPanel<T>], point[kPanel<T>], metric[kPanel<T>];
  std::copy(gradient, gradient + kPanel<T>, g);
  std::fill(sums, sums + kPanel<T>, T(0));
  T* states[kMaxOptimizerState] = {};
  for (std::size_t s = 0; s < state.size(); ++s) states[s] = state[s].data() + offset;
  const PenaltyScalars<T> strengths = penalty_scalars<T>(penalty);
  const int kernel = static_cast<int>(penalty_kernel(penalty));
  k.penalty_value[kernel](1, strengths, nullptr, w, sums);
  if (!proximal_) k.penalty_gradient[kernel](1, strengths, nullptr, w, g);
  k.propose[propose_](kPanel<T>, scalars, w, g, states, point, metric);
  k.prox[proximal_ ? kernel : static_cast<int>(PenaltyKernel::kNone)](1, strengths, nullptr, point, metric, w);
}

template class NormUpdate<float>;
template class NormUpdate<double>;

}  // namespace proxnet
