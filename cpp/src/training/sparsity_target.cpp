// Thresholds by exact selection, strengths by feedback.
#include "training/sparsity_target.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "runtime/poll_here.h"

namespace proxnet {

namespace {

constexpr std::uint64_t kInterval = 32;  // steps between selections: each reads all weights
constexpr int kDigit = 16;               // bits per pass of the radix selection

template <class T> using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

// The bits of |x|, whose order is that of the magnitudes.
template <class T> Bits<T> magnitude_bits(T x) { return std::bit_cast<Bits<T>>(x) & (~Bits<T>{0} >> 1); }

template <class T> const Buffer<T>& magnitudes(const DenseParameters<T>& p) {
  return p.latent.size() ? p.latent : p.kernel.values;
}
template <class T> std::size_t real_weights(const Panels<T>& kernel) { return kernel.rows * kernel.cols; }

}  // namespace

template <class T> SparsityTargets<T>::SparsityTargets(const NetworkImpl<T>& network) : network_(&network) {
  Scope all;
  for (std::size_t d = 0; d < network.live().dense.size(); ++d) {
    const SparsityTarget target = network.specs[2 * d].target;
    if (target == SparsityTarget::kNone || !network.specs[2 * d].trained()) continue;
    if (target == SparsityTarget::kNetwork)
      all.push_back(d);
    else
      scopes_.push_back({d});
  }
  if (!all.empty()) scopes_.push_back(all);
  if (!scopes_.empty()) bins_.resize(std::size_t{1} << kDigit);
}

// Radix selection: each pass counts the next 16 bits of the magnitudes that begin with the bits found so far.
template <class T>
double SparsityTargets<T>::quantile(const Scope& scope, const Parameters<T>& parameters, std::size_t count) {
  std::size_t total = 0;
  for (const std::size_t d : scope) {
    const std::size_t size = magnitudes(parameters.dense[d]).size();
    count += size - real_weights(parameters.dense[d].kernel);  // the padding of panels is zeros
    total += size;
  }
  if (count == 0 || count > total) return -1;
  Bits<T> found = 0, known = 0;  // known: the mask of the bits found
  for (int shift = 8 * sizeof(T) - kDigit; shift >= 0; shift -= kDigit) {
    std::fill(bins_.begin(), bins_.end(), std::size_t{0});
    for (const std::size_t d : scope) {
      const Buffer<T>& x = magnitudes(parameters.dense[d]);
      constexpr std::size_t kPiece = std::size_t{1} << 20;  // weights between two polls
      for (std::size_t first = 0; first < x.size(); first += kPiece) {
        for (std::size_t i = first, last = std::min(x.size(), first + kPiece); i < last; ++i)
          if (const Bits<T> bits = magnitude_bits(x[i]); (bits & known) == found) ++bins_[bits >> shift & 0xffff];
        poll_here();
      }
    }
    std::size_t bin = 0;
    for (; count > bins_[bin]; ++bin) count -= bins_[bin];
    found |= static_cast<Bits<T>>(bin) << shift;
    known |= static_cast<Bits<T>>(0xffff) << shift;
  }
  return static_cast<double>(std::bit_cast<T>(found));
}

template <class T>
void SparsityTargets<T>::follow(const Scope& scope, Parameters<T>& parameters, double fraction,
                                const KernelTable<T>& k) {
  std::size_t weights = 0, zeros = 0;
  for (const std::size_t d : scope) {
    const Panels<T>& kernel = parameters.dense[d].kernel;
    weights += real_weights(kernel);
    zeros += k.count_zeros(kernel.values.size(), kernel.values.data()) - (kernel.values.size() - real_weights(kernel));
  }
  const double missing = fraction - static_cast<double>(zeros) / static_cast<double>(weights);
  // missing = 0.1 raises the strength by a third.
  for (const std::size_t d : scope) parameters.dense[d].target.strength *= std::exp(3 * missing);
}

template <class T>
void SparsityTargets<T>::retarget(Parameters<T>& parameters, double epoch_fraction, const KernelTable<T>& k) {
  for (const Scope& scope : scopes_) {
    const StrengthRamp& ramp = parameters.ramps[2 * scope.front()];
    std::size_t weights = 0;
    for (const std::size_t d : scope) weights += real_weights(parameters.dense[d].kernel);
    const auto count = static_cast<std::size_t>(std::lround(ramp.at(epoch_fraction) * static_cast<double>(weights)));
    TargetState& first = parameters.dense[scope.front()].target;
    const bool by_magnitude = parameters.dense[scope.front()].latent.size() > 0;
    double threshold = first.threshold;
    if (ramp.refit)
      threshold = first.frozen ? 0 : std::max(0.0, quantile(scope, parameters, count));
    else if (!first.frozen && parameters.progress.iterations % kInterval != 1)
      continue;  // between selections, except after a refit
    else if (by_magnitude)
      threshold = quantile(scope, parameters, count);
    else
      follow(scope, parameters, ramp.at(epoch_fraction), k);
    for (const std::size_t d : scope)
      parameters.dense[d].target.threshold = threshold, parameters.dense[d].target.frozen = ramp.refit;
  }
}

template class SparsityTargets<float>;
template class SparsityTargets<double>;

}  // namespace proxnet
