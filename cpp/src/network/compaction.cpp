// What stays of each layer, and the network made of it.
#include "proxnet/compaction.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "network/network_impl.h"
#include "network/norm_folding.h"
#include "network/reachability.h"
#include "predictor/frozen_network.h"

namespace proxnet {

namespace {

using Nodes = std::vector<std::size_t>;

Nodes numbers(const std::vector<bool>& mask) {
  Nodes set;
  for (std::size_t i = 0; i < mask.size(); ++i)
    if (mask[i]) set.push_back(i);
  return set;
}

template <class T> Buffer<T> picked(const Buffer<T>& from, const Nodes& nodes) {
  Buffer<T> to(from.size() ? round_up(nodes.size(), kPanel<T>) : 0);
  for (std::size_t k = 0; to.size() && k < nodes.size(); ++k) to[k] = from[nodes[k]];
  return to;
}

std::vector<double> picked(const std::vector<double>& from, const Nodes& nodes) {
  std::vector<double> to;
  for (const std::size_t i : nodes) to.push_back(from[i]);
  return to;
}

// Rows and columns of a matrix that lies in panels of `height` rows; of a state, whose padding stays as it starts.
template <class T>
void pick(const Buffer<T>& from, std::size_t height, const Nodes& rows, const Nodes& cols, Buffer<T>& to) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < cols.size(); ++j)
      to[(j / kPanel<T> * rows.size() + i) * kPanel<T> + j % kPanel<T>] =
          from[(cols[j] / kPanel<T> * height + rows[i]) * kPanel<T> + cols[j] % kPanel<T>];
}

// The states of an array that is one row, likewise; there are none before compile(), and none of an array that is
// empty.
template <class T>
void pick_states(const std::vector<Buffer<T>>& from, const Nodes& nodes, std::vector<Buffer<T>>& to) {
  for (std::size_t s = 0; s < to.size(); ++s)
    for (std::size_t j = 0; to[s].size() && j < nodes.size(); ++j) to[s][j] = from[s][nodes[j]];
}

// The penalty of the rows and columns that stay. A group's strength grows with the root of its size: factors make up
// for the zeros that are gone.
Penalty picked(Penalty penalty, WeightShape shape, const Nodes& rows, const Nodes& cols) {
  const bool grouped = penalty.kind == PenaltyKind::kGroup, by_unit = grouped && penalty.axis == GroupAxis::kOutput;
  std::vector<std::vector<std::size_t>> groups;
  std::vector<double> factors;
  const auto keep = [&](std::size_t index, std::size_t size_before, std::size_t size) {
    const double factor = penalty.factors.empty() ? 1 : penalty.factors[index];
    factors.push_back(grouped ? factor * std::sqrt(static_cast<double>(size_before) / static_cast<double>(size))
                              : factor);
  };
  if (penalty.groups.empty()) {
    for (const std::size_t k : by_unit ? cols : rows)
      by_unit ? keep(k, shape.rows, rows.size()) : keep(k, shape.cols, cols.size());
  } else {
    for (std::size_t g = 0; g < penalty.groups.size(); ++g) {
      std::vector<std::size_t> members;
      for (const std::size_t i : penalty.groups[g])
        if (const auto at = std::lower_bound(rows.begin(), rows.end(), i); at != rows.end() && *at == i)
          members.push_back(static_cast<std::size_t>(at - rows.begin()));
      if (members.empty()) continue;
      keep(g, penalty.groups[g].size() * shape.cols, members.size() * cols.size());
      groups.push_back(std::move(members));
    }
  }
  if (penalty.factors.empty() && std::all_of(factors.begin(), factors.end(), [](double f) { return f == 1; }))
    factors.clear();
  penalty.groups = std::move(groups), penalty.factors = std::move(factors);
  return penalty;
}

// The network's layers with what compaction knows of them. Level l is before layers[l].
template <class T> class Compaction {
 public:
  Compaction(std::size_t inputs, const std::vector<Layer>& layers, const Parameters<T>& parameters,
             const CompactOptions& options)
      : inputs_(inputs),
        layers_(layers),
        parameters_(parameters),
        options_(options),
        reach_(reachability(inputs, layers, parameters)),
        values_(layers.size() + 1),
        needed_(layers.size() + 1) {
    std::size_t dense = 0, norms = 0;
    for (const Layer& layer : layers) {
      const bool is_dense = std::holds_alternative<Dense>(layer);
      const bool is_norm =
          std::holds_alternative<BatchNormalization>(layer) || std::holds_alternative<Normalization>(layer);
      index_.push_back(is_dense ? dense++ : is_norm ? norms++ : 0);
    }
    find_values();
    find_needed();
  }

  const Nodes nodes(std::size_t level) const { return numbers(needed_[level]); }
  std::size_t index(std::size_t layer) const { return index_[layer]; }

  // Whether unit j of the dense layer does not depend on the inputs, and what it is before the activation.
  bool constant(std::size_t layer, std::size_t unit) const { return !depends_[index_[layer]][unit]; }
  T logit(std::size_t layer, std::size_t unit) const { return logits_[index_[layer]][unit]; }
  // What of the dense layer's inputs goes into its bias.
  double folded(std::size_t layer, std::size_t unit) const {
    double total = 0;
    for (std::size_t i = 0; folds(layer) && i < values_[layer].size(); ++i)
      if (!reach_.reached[layer][i]) total += static_cast<double>(values_[layer][i]) * weight(layer, i, unit);
    return total;
  }

 private:
  bool folds(std::size_t layer) const { return options_.fold_constants && std::get<Dense>(layers_[layer]).use_bias; }
  T weight(std::size_t layer, std::size_t i, std::size_t j) const {
    return parameters_.dense[index_[layer]].kernel.at(j / kPanel<T>, i)[j % kPanel<T>];
  }

  // The values of constant nodes, as predict() has them: a row of zeros through one layer after the other.
  void find_values() {
    const auto run = [&](std::size_t l, bool logits) {
      const FrozenNetwork<T> layer(values_[l].size(), {layers_[l]}, parameters_, index_[l], index_[l]);
      std::vector<T> out(layer.outputs());
      Buffer<char> workspace(layer.workspace_size(1));
      layer.run({values_[l].data(), 1, values_[l].size()}, {out.data(), 1, out.size()}, logits, workspace.data());
      return out;
    };
    values_[0].assign(inputs_, T(0));
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      values_[l + 1] = run(l, false);
      if (!std::holds_alternative<Dense>(layers_[l])) continue;
      logits_.push_back(run(l, true));
      std::vector<bool> depends(values_[l + 1].size());
      for (std::size_t i = 0; i < values_[l].size(); ++i)
        for (std::size_t j = 0; reach_.reached[l][i] && j < depends.size(); ++j)
          if (weight(l, i, j) != 0) depends[j] = true;
      depends_.push_back(std::move(depends));
    }
  }

  // Back from the outputs. A node is needed where a needed unit reads it and it is not zero for every x.
  void find_needed() {
    needed_.back().assign(values_.back().size(), true);
    for (std::size_t l = layers_.size(); l-- > 0;) {
      std::vector<bool> after = needed_[l + 1];
      const Dense* dense = std::get_if<Dense>(&layers_[l]);
      if (mixes(layers_[l])) std::fill(after.begin(), after.end(), true);
      needed_[l + 1] = after;
      std::vector<bool> before(values_[l].size());
      if (const auto* selection = std::get_if<ColumnSelection>(&layers_[l])) {
        for (std::size_t j = 0; j < after.size(); ++j)
          if (after[j]) before[selection->columns[j]] = true;
      } else if (!dense) {
        before = after;
      } else {
        for (std::size_t j = 0; j < after.size(); ++j) {
          if (!after[j] || (dense->use_bias && constant(l, j))) continue;
          for (std::size_t i = 0; i < before.size(); ++i)
            if (weight(l, i, j) != 0 && (reach_.reached[l][i] || (values_[l][i] != 0 && !folds(l)))) before[i] = true;
        }
        if (std::find(before.begin(), before.end(), true) == before.end()) before[0] = true;  // no layer is empty
      }
      needed_[l] = std::move(before);
    }
  }

  const std::size_t inputs_;
  const std::vector<Layer>& layers_;
  const Parameters<T>& parameters_;
  const CompactOptions options_;
  const Reachability reach_;
  std::vector<std::size_t> index_;  // of the dense layers, and of those with norms
  std::vector<std::vector<T>> values_, logits_;
  std::vector<std::vector<bool>> needed_, depends_;
};

}  // namespace

template <class T> Compacted<T> compact(const Network<T>& network, const CompactOptions& options) {
  const NetworkImpl<T>& net = network.impl();
  const UseGuard<T> run(net, Use::kRun, "[compact]");
  const auto snapshot = net.published();
  FoldedNorms<T> folded;
  if (options.fold_norms) folded = fold_norms(*snapshot->layers, *snapshot);
  const bool unchanged = !options.fold_norms || folded.layers.size() == snapshot->layers->size();
  const std::vector<Layer>& layers = unchanged ? *snapshot->layers : folded.layers;
  const Parameters<T>& parameters = unchanged ? *snapshot : folded.parameters;
  const Compaction<T> compaction(net.inputs, layers, parameters, options);

  std::vector<Layer> smaller;
  std::vector<std::vector<std::size_t>> units;
  const Nodes inputs = compaction.nodes(0);
  const auto* selection = std::get_if<ColumnSelection>(&layers.front());
  if (!selection && inputs.size() < net.inputs) smaller.push_back(ColumnSelection{inputs});
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Nodes before = compaction.nodes(l), after = compaction.nodes(l + 1);
    smaller.push_back(layers[l]);
    if (auto* dense = std::get_if<Dense>(&smaller.back())) {
      const Panels<T>& kernel = parameters.dense[compaction.index(l)].kernel;
      dense->units = after.size();
      dense->kernel_penalty = picked(dense->kernel_penalty, {kernel.rows, kernel.cols}, before, after);
      units.push_back(after);
    } else if (auto* norm = std::get_if<Normalization>(&smaller.back()); norm && !norm->mean.empty()) {
      norm->mean = picked(norm->mean, after), norm->variance = picked(norm->variance, after);
    } else if (auto* select = std::get_if<ColumnSelection>(&smaller.back())) {
      select->columns.clear();
      for (const std::size_t j : after) select->columns.push_back(selection->columns[j]);
    }
  }

  if (unchanged) {
    folded.kept.resize(layers.size());
    std::iota(folded.kept.begin(), folded.kept.end(), std::size_t{0});
  }
  Compacted<T> result{Network<T>(net.inputs, smaller, net.seed), inputs, units, folded.kept};
  NetworkImpl<T>& made = result.network.impl();
  if (net.compiled) result.network.compile(*net.published_optimizer(), net.loss, net.metrics, net.penalty_step);
  Parameters<T>& live = made.live();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Nodes before = compaction.nodes(l), after = compaction.nodes(l + 1);
    const std::size_t index = compaction.index(l);
    if (std::holds_alternative<Dense>(layers[l])) {
      const DenseParameters<T>& from = parameters.dense[index];
      DenseParameters<T>& to = live.dense[index];
      pick(from.kernel.values, from.kernel.rows, before, after, to.kernel.values);
      to.bias = picked(from.bias, after);
      for (std::size_t j = 0; j < after.size(); ++j) {
        const bool has_bias = std::get<Dense>(layers[l]).use_bias;
        if (has_bias && compaction.constant(l, after[j])) {
          to.bias[j] = compaction.logit(l, after[j]);
          for (std::size_t i = 0; i < before.size(); ++i) to.kernel.at(j / kPanel<T>, i)[j % kPanel<T>] = 0;
        } else if (options.fold_constants && has_bias) {
          to.bias[j] = static_cast<T>(static_cast<double>(to.bias[j]) + compaction.folded(l, after[j]));
        }
      }
      for (std::size_t s = 0; unchanged && s < to.kernel_state.size(); ++s)
        pick(from.kernel_state[s], from.kernel.rows, before, after, to.kernel_state[s]);
      if (unchanged) pick_states(from.bias_state, after, to.bias_state);
      if (from.latent.size()) {
        to.latent = Buffer<T>(to.kernel.values.size());
        pick(from.latent, from.kernel.rows, before, after, to.latent);
      }
      to.target = from.target;
    } else if (std::holds_alternative<BatchNormalization>(layers[l]) ||
               std::holds_alternative<Normalization>(layers[l])) {
      const NormParameters<T>& from = parameters.norms[index];
      NormParameters<T>& to = live.norms[index];
      to.gamma = picked(from.gamma, after), to.beta = picked(from.beta, after);
      to.mean = picked(from.mean, after), to.variance = picked(from.variance, after);
      if (unchanged)
        pick_states(from.gamma_state, after, to.gamma_state), pick_states(from.beta_state, after, to.beta_state);
    }
  }
  if (unchanged) live.progress = snapshot->progress, live.ramps = snapshot->ramps;
  made.publish();
  return result;
}

template Compacted<float> compact(const Network<float>&, const CompactOptions&);
template Compacted<double> compact(const Network<double>&, const CompactOptions&);

}  // namespace proxnet
