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

namespace {

// Whether every output of the layer depends on every one of its inputs (before it, of a dense layer on every unit).
bool mixes(const Layer& layer) {
  if (const auto* dense = std::get_if<Dense>(&layer)) return is_row_wise(dense->activation);
  const auto* activation = std::get_if<ActivationLayer>(&layer);
  return activation && is_row_wise(activation->activation);
}

void mix(std::vector<bool>& nodes) {
  const bool any = std::find(nodes.begin(), nodes.end(), true) != nodes.end();
  std::fill(nodes.begin(), nodes.end(), any);
}

}  // namespace

template <class T>
Reachability reachability(std::size_t inputs, const std::vector<Layer>& layers, const Parameters<T>& parameters) {
  // What a layer has: the index of its kernel or its norm.
  std::vector<const Panels<T>*> kernels(layers.size());
  std::vector<const Buffer<T>*> gammas(layers.size());
  std::size_t dense = 0, norms = 0;
  for (std::size_t l = 0; l < layers.size(); ++l)
    if (std::holds_alternative<Dense>(layers[l]))
      kernels[l] = &parameters.dense[dense++].kernel;
    else if (std::holds_alternative<BatchNormalization>(layers[l]) || std::holds_alternative<Normalization>(layers[l]))
      gammas[l] = &parameters.norms[norms++].gamma;
  const auto nonzero = [](const Panels<T>& w, std::size_t i, std::size_t j) {
    return w.at(j / kPanel<T>, i)[j % kPanel<T>] != 0;
  };
  const auto close = [](const Buffer<T>* gamma, std::vector<bool>& nodes) {
    for (std::size_t i = 0; gamma && gamma->size() && i < nodes.size(); ++i)
      if ((*gamma)[i] == 0) nodes[i] = false;
  };

  Reachability r;
  r.reached.emplace_back(inputs, true);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const std::vector<bool>& before = r.reached.back();
    std::vector<bool> after = before;
    if (const Panels<T>* w = kernels[l]) {
      after.assign(w->cols, false);
      for (std::size_t i = 0; i < w->rows; ++i)
        for (std::size_t j = 0; before[i] && j < w->cols; ++j)
          if (nonzero(*w, i, j)) after[j] = true;
    } else if (const auto* selection = std::get_if<ColumnSelection>(&layers[l])) {
      after.assign(selection->columns.size(), true);
    }
    close(gammas[l], after);
    if (mixes(layers[l])) mix(after);
    r.reached.push_back(std::move(after));
  }

  r.leads.resize(layers.size() + 1);
  r.leads.back().assign(r.reached.back().size(), true);
  for (std::size_t l = layers.size(); l-- > 0;) {
    std::vector<bool> nodes = r.leads[l + 1];
    if (mixes(layers[l])) mix(nodes);
    close(gammas[l], nodes);
    if (const Panels<T>* w = kernels[l]) {
      if (mixes(layers[l])) r.leads[l + 1] = nodes;  // no unit can be spared by those beside it
      std::vector<bool> before(w->rows, false);
      for (std::size_t i = 0; i < w->rows; ++i)
        for (std::size_t j = 0; !before[i] && j < w->cols; ++j) before[i] = nodes[j] && nonzero(*w, i, j);
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

template Reachability reachability(std::size_t, const std::vector<Layer>&, const Parameters<float>&);
template Reachability reachability(std::size_t, const std::vector<Layer>&, const Parameters<double>&);

}  // namespace proxnet
