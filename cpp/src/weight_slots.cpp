// Arrays of weights: their order, and copies out and in.
#include "weight_slots.h"

#include <cstring>

namespace proxnet {

namespace {

// The array of a slot that holds one number a column.
template <class P> auto& vector_of(const WeightSlot& slot, P& parameters) {
  switch (slot.kind) {
    case WeightKind::kGamma:
      return parameters.norms[slot.index].gamma;
    case WeightKind::kBeta:
      return parameters.norms[slot.index].beta;
    case WeightKind::kMean:
      return parameters.norms[slot.index].mean;
    case WeightKind::kVariance:
      return parameters.norms[slot.index].variance;
    default:
      return parameters.dense[slot.index].bias;
  }
}

}  // namespace

template <class T>
std::vector<WeightSlot> weight_slots(const std::vector<Layer>& layers, const Parameters<T>& parameters) {
  std::vector<WeightSlot> slots;
  std::size_t dense = 0, norms = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (const Dense* layer = std::get_if<Dense>(&layers[i])) {
      const Panels<T>& kernel = parameters.dense[dense].kernel;
      slots.push_back({WeightKind::kKernel, i, dense, kernel.rows, kernel.cols});
      if (layer->use_bias) slots.push_back({WeightKind::kBias, i, dense, 1, kernel.cols});
      ++dense;
      continue;
    }
    const auto* batch = std::get_if<BatchNormalization>(&layers[i]);
    const auto* fixed = std::get_if<Normalization>(&layers[i]);
    if (!batch && !fixed) continue;
    const std::size_t cols = parameters.norms[norms].cols;
    if (batch && batch->scale) slots.push_back({WeightKind::kGamma, i, norms, 1, cols});
    if (batch && batch->center) slots.push_back({WeightKind::kBeta, i, norms, 1, cols});
    if (batch || fixed->mean.empty()) {  // numbers given with the layer are no weights
      slots.push_back({WeightKind::kMean, i, norms, 1, cols});
      slots.push_back({WeightKind::kVariance, i, norms, 1, cols});
    }
    ++norms;
  }
  return slots;
}

template <class T> std::vector<T> read_slot(const WeightSlot& slot, const Parameters<T>& parameters) {
  std::vector<T> values(slot.rows * slot.cols);
  if (slot.kind == WeightKind::kKernel)
    parameters.dense[slot.index].kernel.unpack(values.data(), slot.cols);
  else
    std::memcpy(values.data(), vector_of(slot, parameters).data(), slot.cols * sizeof(T));
  return values;
}

template <class T> void write_slot(const WeightSlot& slot, ConstMatrixView<T> values, Parameters<T>& parameters) {
  if (slot.kind != WeightKind::kKernel) {
    std::memcpy(vector_of(slot, parameters).data(), values.data, slot.cols * sizeof(T));
    return;
  }
  DenseParameters<T>& p = parameters.dense[slot.index];
  p.kernel.pack(values.data, values.stride);
  if (p.latent.size()) p.latent = p.kernel.values;
}

#define PROXNET_INSTANTIATE(T)                                                                    \
  template std::vector<WeightSlot> weight_slots(const std::vector<Layer>&, const Parameters<T>&); \
  template std::vector<T> read_slot(const WeightSlot&, const Parameters<T>&);                     \
  template void write_slot(const WeightSlot&, ConstMatrixView<T>, Parameters<T>&);
PROXNET_INSTANTIATE(float)
PROXNET_INSTANTIATE(double)

}  // namespace proxnet
