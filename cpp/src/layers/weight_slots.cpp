// The order of the arrays, and copies out and in.
#include "layers/weight_slots.h"

#include <cstring>

namespace proxnet {

namespace {

// The array's number in Parameters; for kinds that an optimizer can move.
template <class T> std::size_t array_number(const WeightSlot& slot, const Parameters<T>& parameters) {
  const bool second = slot.kind == WeightKind::kBias || slot.kind == WeightKind::kBeta;
  const bool norm = slot.kind == WeightKind::kGamma || slot.kind == WeightKind::kBeta;
  return 2 * (slot.index + (norm ? parameters.dense.size() : 0)) + second;
}

bool moments(const WeightSlot& slot) { return slot.kind == WeightKind::kMean || slot.kind == WeightKind::kVariance; }

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
    if (batch || fixed->mean.empty()) {  // constants given with the layer are no weights
      slots.push_back({WeightKind::kMean, i, norms, 1, cols});
      slots.push_back({WeightKind::kVariance, i, norms, 1, cols});
    }
    ++norms;
  }
  return slots;
}

template <class T> Buffer<T>& slot_values(const WeightSlot& slot, Parameters<T>& parameters) {
  if (!moments(slot)) return parameters.array(array_number(slot, parameters));
  NormParameters<T>& norm = parameters.norms[slot.index];
  return slot.kind == WeightKind::kMean ? norm.mean : norm.variance;
}

template <class T> std::vector<Buffer<T>>* slot_state(const WeightSlot& slot, Parameters<T>& parameters) {
  return moments(slot) ? nullptr : &parameters.state(array_number(slot, parameters));
}

template <class T> std::vector<T> read_slot(const WeightSlot& slot, const Parameters<T>& parameters) {
  std::vector<T> values(slot.rows * slot.cols);
  if (slot.kind == WeightKind::kKernel)
    parameters.dense[slot.index].kernel.unpack(values.data(), slot.cols);
  else
    std::memcpy(values.data(), slot_values(slot, const_cast<Parameters<T>&>(parameters)).data(), slot.cols * sizeof(T));
  return values;
}

template <class T> void write_slot(const WeightSlot& slot, ConstMatrixView<T> values, Parameters<T>& parameters) {
  if (slot.kind != WeightKind::kKernel) {
    std::memcpy(slot_values(slot, parameters).data(), values.data, slot.cols * sizeof(T));
    return;
  }
  DenseParameters<T>& p = parameters.dense[slot.index];
  p.kernel.pack(values.data, values.stride);
  if (p.latent.size()) p.latent = p.kernel.values;
}

#define PROXNET_INSTANTIATE(T)                                                                    \
  template std::vector<WeightSlot> weight_slots(const std::vector<Layer>&, const Parameters<T>&); \
  template Buffer<T>& slot_values(const WeightSlot&, Parameters<T>&);                             \
  template std::vector<Buffer<T>>* slot_state(const WeightSlot&, Parameters<T>&);                 \
  template std::vector<T> read_slot(const WeightSlot&, const Parameters<T>&);                     \
  template void write_slot(const WeightSlot&, ConstMatrixView<T>, Parameters<T>&);
PROXNET_INSTANTIATE(float)
PROXNET_INSTANTIATE(double)

}  // namespace proxnet
