// The zeros of a network, and what they leave in use.
#include "proxnet/sparsity.h"

#include "network/network_impl.h"
#include "network/reachability.h"

namespace proxnet {

template <class T> std::vector<LayerSparsity> Network<T>::sparsity() const {
  const UseGuard<T> reading(*impl_, Use::kRead, "[sparsity]");
  const auto snapshot = impl_->published();
  const std::vector<Layer>& all = *snapshot->layers;
  const Reachability reach = reachability(impl_->inputs, all, *snapshot);
  const auto count = [](const std::vector<bool>& mask) {
    std::size_t total = 0;
    for (const bool set : mask) total += set;
    return total;
  };
  const auto& k = kernels<T>();
  std::vector<LayerSparsity> layers;
  for (std::size_t l = 0; l < all.size(); ++l) {
    if (!std::holds_alternative<Dense>(all[l])) continue;
    const std::size_t d = layers.size();
    const DenseParameters<T>& p = snapshot->dense[d];
    LayerSparsity s;
    s.inputs = p.kernel.rows, s.units = p.kernel.cols;
    s.weights = s.inputs * s.units;
    // The padding of the last panel is zeros that are not weights.
    s.zeros = k.count_zeros(p.kernel.values.size(), p.kernel.values.data()) - (p.kernel.values.size() - s.weights);
    if ((*snapshot->specs)[2 * d + 1].rows > 0) {
      s.biases = s.units;
      s.bias_zeros = k.count_zeros(s.units, p.bias.data());
    }
    s.bytes = (s.weights + s.biases) * sizeof(T);
    s.input_used = reach.in_use(l), s.unit_alive = reach.in_use(l + 1);
    s.inputs_used = count(s.input_used), s.units_alive = count(s.unit_alive);
    layers.push_back(std::move(s));
  }
  return layers;
}

template <class T> std::optional<std::size_t> Network<T>::cut_at() const {
  const UseGuard<T> reading(*impl_, Use::kRead, "[sparsity]");
  const auto snapshot = impl_->published();
  return first_unreached(impl_->inputs, *snapshot->layers, *snapshot);
}

template std::optional<std::size_t> Network<float>::cut_at() const;
template std::optional<std::size_t> Network<double>::cut_at() const;
template std::vector<LayerSparsity> Network<float>::sparsity() const;
template std::vector<LayerSparsity> Network<double>::sparsity() const;

}  // namespace proxnet
