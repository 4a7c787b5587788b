// Forward over the layers from the inputs, and back from the outputs.
#include "network/reachability.h"

#include <algorithm>

#include "layers/activation_rows.h"

namespace proxnet {

std::vector<bool> Reachability::in_use(std::size_t level) const {
  std::vector<bool> both(reached[level].size());
  for (std::size_t i = 0; i < both.size(); ++i) both[i] = in_use(level, i);
  return both;
}

bool mixes(const Layer& layer) {
  if (const auto* dense = std::get_if<Dense>(&layer)) return is_row_wise(dense->activation);
  const auto* activation = std::get_if<ActivationLayer>(&layer);
  return activation && is_row_wise(activation->activation);
}

namespace {

void mix(std::vector<bool>& nodes) {
  const bool any = std::find(nodes.begin(), nodes.end(), true) != nodes.end();
  std::fill(nodes.begin(), nodes.end(), any);
}

// What a layer has: a kernel, or a gamma (null, or empty, where it has none).
template <class T> struct LayerWeights {
  const Panels<T>* kernel = nullptr;
  const Buffer<T>* gamma = nullptr;
};
template <class T>
std::vector<LayerWeights<T>> weights_of(const std::vector<Layer>& layers, const Parameters<T>& parameters) {
  std::vector<LayerWeights<T>> all(layers.size());
  std::size_t dense = 0, norms = 0;
  for (std::size_t l = 0; l < layers.size(); ++l)
    if (std::holds_alternative<Dense>(layers[l]))
      all[l].kernel = &parameters.dense[dense++].kernel;
    else if (std::holds_alternative<BatchNormalization>(layers[l]) || std::holds_alternative<Normalization>(layers[l]))
      all[l].gamma = &parameters.norms[norms++].gamma;
  return all;
}

template <class T> void close(const Buffer<T>* gamma, std::vector<bool>& nodes) {
  for (std::size_t i = 0; gamma && gamma->size() && i < nodes.size(); ++i)
    if ((*gamma)[i] == 0) nodes[i] = false;
}

// after[j] for the columns j of panel p: whether a row in `before` has a weight that is not zero there. Rows are taken
// 16 at a time without a branch, until every column is reached.
template <class T>
void reach_panel(const Panels<T>& w, std::size_t p, const std::vector<bool>& before, std::vector<bool>& after) {
  const std::size_t width = w.width(p);
  unsigned char reached[kPanel<T>] = {};
  for (std::size_t i = 0; i < w.rows && std::count(reached, reached + width, 1) < std::ptrdiff_t(width);)
    for (const std::size_t end = std::min(w.rows, i + 16); i < end; ++i) {
      if (!before[i]) continue;
      const T* row = w.at(p, i);
      for (std::size_t j = 0; j < kPanel<T>; ++j) reached[j] |= row[j] != 0;
    }
  for (std::size_t j = 0; j < width; ++j) after[p * kPanel<T> + j] = reached[j];
}

// The nodes after the layer that an input reaches, from those before it.
template <class T>
std::vector<bool> reached_after(const Layer& layer, const LayerWeights<T>& weights, const std::vector<bool>& before) {
  std::vector<bool> after = before;
  if (const Panels<T>* w = weights.kernel) {
    after.assign(w->cols, false);
    for (std::size_t p = 0; p < w->count(); ++p) reach_panel(*w, p, before, after);
  } else if (const auto* selection = std::get_if<ColumnSelection>(&layer)) {
    after.assign(selection->columns.size(), true);
  }
  close(weights.gamma, after);
  if (mixes(layer)) mix(after);
  return after;
}

}  // namespace

template <class T>
Reachability reachability(std::size_t inputs, const std::vector<Layer>& layers, const Parameters<T>& parameters) {
  const std::vector<LayerWeights<T>> weights = weights_of(layers, parameters);
  Reachability r;
  r.reached.emplace_back(inputs, true);
  for (std::size_t l = 0; l < layers.size(); ++l)
    r.reached.push_back(reached_after(layers[l], weights[l], r.reached.back()));

  r.leads.resize(layers.size() + 1);
  r.leads.back().assign(r.reached.back().size(), true);
  for (std::size_t l = layers.size(); l-- > 0;) {
    std::vector<bool> nodes = r.leads[l + 1];
    if (mixes(layers[l])) mix(nodes);
    close(weights[l].gamma, nodes);
    if (const Panels<T>* w = weights[l].kernel) {
      if (mixes(layers[l])) r.leads[l + 1] = nodes;  // no unit can be spared by those beside it
      std::vector<bool> before(w->rows, false);
      for (std::size_t i = 0; i < w->rows; ++i)
        for (std::size_t j = 0; !before[i] && j < w->cols; ++j)
          before[i] = nodes[j] && w->at(j / kPanel<T>, i)[j % kPanel<T>] != 0;
      nodes = std::move(before);
    } else if (const auto* selection = std::get_if<ColumnSelection>(&layers[l])) {
      std::vector<bool> before(inputs, false);
      for (std::size_t j = 0; j < nodes.size(); ++j)
        if (nodes[j]) before[selection->columns[j]] = true;
      nodes = std::move(before);
    }
    r.leads[l] = std::move(nodes);
  }
  return r;
}

template <class T>
std::optional<std::size_t> first_unreached(std::size_t inputs, const std::vector<Layer>& layers,
                                           const Parameters<T>& parameters) {
  const std::vector<LayerWeights<T>> weights = weights_of(layers, parameters);
  std::vector<bool> nodes(inputs, true);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    nodes = reached_after(layers[l], weights[l], nodes);
    if (std::find(nodes.begin(), nodes.end(), true) == nodes.end()) return l;
  }
  return {};
}

template std::optional<std::size_t> first_unreached(std::size_t, const std::vector<Layer>&, const Parameters<float>&);
template std::optional<std::size_t> first_unreached(std::size_t, const std::vector<Layer>&, const Parameters<double>&);
template Reachability reachability(std::size_t, const std::vector<Layer>&, const Parameters<float>&);
template Reachability reachability(std::size_t, const std::vector<Layer>&, const Parameters<double>&);

}  // namespace proxnet
