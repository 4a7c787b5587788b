// Thresholds by exact selection, strengths by feedback.
#include "training/sparsity_target.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace proxnet {

namespace {

// Steps from one selection to the next: each reads all weights.
constexpr std::uint64_t kInterval = 32;
// Sign off, exponent and the top of the mantissa: order of magnitudes is order of bins.
constexpr std::size_t kBins = 1 << 15;

std::size_t bin_of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return (bits & 0x7fffffffu) >> 16;
}
std::size_t bin_of(double x) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return (bits & 0x7fffffffffffffffu) >> 48;
}

template <class T> const Buffer<T>& magnitudes(const DenseParameters<T>& p) {
  return p.latent.size() ? p.latent : p.kernel.values;
}
template <class T> std::size_t real_weights(const Panels<T>& kernel) { return kernel.rows * kernel.cols; }

}  // namespace

template <class T> SparsityTargets<T>::SparsityTargets(const NetworkImpl<T>& network) : network_(&network) {
  Scope all;
  std::size_t largest = 0;
  for (std::size_t d = 0; d < network.live().dense.size(); ++d) {
    const SparsityTarget target = network.rules[2 * d].target;
    if (target == SparsityTarget::kNone || !network.rules[2 * d].moves()) continue;
    largest += network.live().dense[d].kernel.values.size();
    if (target == SparsityTarget::kNetwork)
      all.push_back(d);
    else
      scopes_.push_back({d});
  }
  if (!all.empty()) scopes_.push_back(all);
  if (scopes_.empty()) return;
  bins_.resize(kBins);
  near_.reserve(largest);
}

template <class T>
double SparsityTargets<T>::quantile(const Scope& scope, const Parameters<T>& parameters, std::size_t count) {
  // The padding of panels is zeros that are not weights.
  for (const std::size_t d : scope)
    count += parameters.dense[d].kernel.values.size() - real_weights(parameters.dense[d].kernel);
  std::fill(bins_.begin(), bins_.end(), 0u);
  for (const std::size_t d : scope) {
    const Buffer<T>& x = magnitudes(parameters.dense[d]);
    for (std::size_t i = 0; i < x.size(); ++i) ++bins_[bin_of(x[i])];
  }
  std::size_t bin = 0, below = 0;
  while (bin + 1 < kBins && below + bins_[bin] < count) below += bins_[bin++];
  near_.clear();
  for (const std::size_t d : scope) {
    const Buffer<T>& x = magnitudes(parameters.dense[d]);
    for (std::size_t i = 0; i < x.size(); ++i)
      if (bin_of(x[i]) == bin) near_.push_back(std::fabs(x[i]));
  }
  if (count <= below || near_.empty()) return -1;
  const auto nth = near_.begin() + static_cast<std::ptrdiff_t>(std::min(count - below, near_.size()) - 1);
  std::nth_element(near_.begin(), nth, near_.end());
  return static_cast<double>(*nth);
}

template <class T>
void SparsityTargets<T>::follow(const Scope& scope, Parameters<T>& parameters, double wanted, const KernelTable<T>& k) {
  std::size_t weights = 0, zeros = 0;
  for (const std::size_t d : scope) {
    const Panels<T>& kernel = parameters.dense[d].kernel;
    weights += real_weights(kernel);
    zeros += k.count_zeros(kernel.values.size(), kernel.values.data()) - (kernel.values.size() - real_weights(kernel));
  }
  const double missing = wanted - static_cast<double>(zeros) / static_cast<double>(weights);
  // A tenth of the weights missing: a third more strength.
  for (const std::size_t d : scope) parameters.dense[d].target.strength *= std::exp(3 * missing);
}

template <class T>
void SparsityTargets<T>::retarget(Parameters<T>& parameters, double share, const KernelTable<T>& k) {
  for (const Scope& scope : scopes_) {
    const StrengthRamp& ramp = parameters.ramps[2 * scope.front()];
    std::size_t weights = 0;
    for (const std::size_t d : scope) weights += real_weights(parameters.dense[d].kernel);
    const auto count = static_cast<std::size_t>(std::lround(ramp.at(share) * static_cast<double>(weights)));
    TargetState& first = parameters.dense[scope.front()].target;
    const bool by_magnitude = parameters.dense[scope.front()].latent.size() > 0;
    double threshold = first.threshold;
    if (ramp.refit)
      threshold = first.frozen ? 0 : std::max(0.0, quantile(scope, parameters, count));
    else if (!first.frozen && parameters.progress.iterations % kInterval != 1)
      continue;  // a ramp after a refit begins with a threshold of its own
    else if (by_magnitude)
      threshold = quantile(scope, parameters, count);
    else
      follow(scope, parameters, ramp.at(share), k);
    for (const std::size_t d : scope)
      parameters.dense[d].target.threshold = threshold, parameters.dense[d].target.frozen = ramp.refit;
  }
}

template class SparsityTargets<float>;
template class SparsityTargets<double>;

}  // namespace proxnet
