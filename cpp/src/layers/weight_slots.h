// The arrays of weights of a network in the order that weights() gives them.
#pragma once

#include "layers/parameters.h"
#include "proxnet/network.h"

namespace proxnet {

// One array in Parameters, in dense[index] or norms[index] by its kind.
struct WeightSlot {
  WeightKind kind;
  std::size_t layer, index, rows, cols;
};

template <class T>
std::vector<WeightSlot> weight_slots(const std::vector<Layer>& layers, const Parameters<T>& parameters);

// The array, and its optimizer state; null if no optimizer can move it.
template <class T> Buffer<T>& slot_values(const WeightSlot& slot, Parameters<T>& parameters);
template <class T> std::vector<Buffer<T>>* slot_state(const WeightSlot& slot, Parameters<T>& parameters);

// Copies to and from row-major order. write_slot() checks nothing.
template <class T> std::vector<T> read_slot(const WeightSlot& slot, const Parameters<T>& parameters);
template <class T> void write_slot(const WeightSlot& slot, ConstMatrixView<T> values, Parameters<T>& parameters);

}  // namespace proxnet
