// Reachability over non-zero weights, forward from the inputs and back from the outputs.
#include "proxnet/sparsity.h"

#include "network/network_impl.h"

namespace proxnet {

template <class T> std::vector<LayerSparsity> Network<T>::sparsity() const {
  const UseGuard<T> reading(*impl_, Use::kRead, "[sparsity]");
  const auto snapshot = impl_->published();
  const std::size_t depth = snapshot->dense.size();
  const auto nonzero = [&](std::size_t d, std::size_t i, std::size_t j) {
    return snapshot->dense[d].kernel.at(j / kPanel<T>, i)[j % kPanel<T>] != 0;
  };
  // open[d][i]: node i before dense layer d has no zero gamma in the normalizations there.
  std::vector<std::vector<bool>> open(depth + 1);
  open[0].assign(impl_->inputs, true);
  std::size_t dense = 0, norms = 0;
  for (const Layer& layer : *snapshot->layers) {
    if (std::holds_alternative<Dense>(layer)) {
      open[dense + 1].assign(snapshot->dense[dense].kernel.cols, true);
      ++dense;
    } else if (std::holds_alternative<BatchNormalization>(layer) || std::holds_alternative<Normalization>(layer)) {
      const Buffer<T>& gamma = snapshot->norms[norms++].gamma;
      for (std::size_t i = 0; gamma.size() && i < open[dense].size(); ++i)
        if (gamma[i] == 0) open[dense][i] = false;
    }
  }
  // Node i before dense layer d: reach[d][i]: a path leads to it from an input; exits[d][i]: from it to an output.
  std::vector<std::vector<bool>> reach(depth + 1), exits(depth + 1);
  reach[0] = open[0];
  for (std::size_t d = 0; d < depth; ++d) {
    reach[d + 1].assign(snapshot->dense[d].kernel.cols, false);
    for (std::size_t i = 0; i < reach[d].size(); ++i)
      for (std::size_t j = 0; reach[d][i] && j < reach[d + 1].size(); ++j)
        if (open[d + 1][j] && nonzero(d, i, j)) reach[d + 1][j] = true;
  }
  exits[depth] = open[depth];
  for (std::size_t d = depth; d-- > 0;) {
    exits[d].assign(reach[d].size(), false);
    for (std::size_t i = 0; i < exits[d].size(); ++i)
      for (std::size_t j = 0; open[d][i] && !exits[d][i] && j < exits[d + 1].size(); ++j)
        exits[d][i] = exits[d + 1][j] && nonzero(d, i, j);
  }
  const auto in_use = [&](std::size_t d) {
    std::vector<bool> both(reach[d].size());
    for (std::size_t i = 0; i < both.size(); ++i) both[i] = reach[d][i] && exits[d][i];
    return both;
  };
  const auto count = [](const std::vector<bool>& mask) {
    std::size_t total = 0;
    for (const bool set : mask) total += set;
    return total;
  };
  const auto& k = kernels<T>();
  std::vector<LayerSparsity> layers;
  for (std::size_t d = 0; d < depth; ++d) {
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
    s.input_used = in_use(d), s.unit_alive = in_use(d + 1);
    s.inputs_used = count(s.input_used), s.units_alive = count(s.unit_alive);
    layers.push_back(std::move(s));
  }
  return layers;
}

template std::vector<LayerSparsity> Network<float>::sparsity() const;
template std::vector<LayerSparsity> Network<double>::sparsity() const;

}  // namespace proxnet
