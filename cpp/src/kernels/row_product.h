// One row of inputs through a layer's dense weights, as axpy: for each input the row of its weights is added to the
// outputs, which stay in registers. Inputs that are zero are left out.
#pragma once

#include "layer_product.h"
#include "vec.h"

namespace {

// Panels at once: eight accumulators hide the latency of the multiply-adds.
template <class T> constexpr int kPanelVectors = static_cast<int>(proxnet::kPanel<T>) / kLanes<T>;
template <class T> constexpr int kRowPanels = kPanelVectors<T> < 8 ? 8 / kPanelVectors<T> : 1;

template <class T, int kPanels, bool kAll>
__attribute__((noinline)) void row_panels(const proxnet::RowProduct<T>& g, std::size_t first) {
  constexpr int kVecs = kPanels * kPanelVectors<T>;
  const T* b = g.b + static_cast<std::ptrdiff_t>(first) * g.b_panel;
  const std::size_t column = first * proxnet::kPanel<T>;
  Vec<T> sum[kVecs] = {};
  for (std::size_t s = 0; s < g.count; ++s) {
    const T* row = b + (kAll ? s : g.input[s]) * proxnet::kPanel<T>;
    const Vec<T> x = splat(g.x[s]);
#pragma GCC unroll 16
    for (int v = 0; v < kVecs; ++v)
      sum[v] = fma(x, load(row + v / kPanelVectors<T> * g.b_panel + v % kPanelVectors<T> * kLanes<T>), sum[v]);
  }
  const Vec<T> floor = splat(g.floor);
#pragma GCC unroll 16
  for (int v = 0; v < kVecs; ++v) {
    const std::size_t j = column + static_cast<std::size_t>(v) * kLanes<T>;
    store(g.out + j, max(sum[v] + load(g.bias + j), floor));
  }
}

template <class T, int kPanels> void row_panels(const proxnet::RowProduct<T>& g, std::size_t first) {
  g.input ? row_panels<T, kPanels, false>(g, first) : row_panels<T, kPanels, true>(g, first);
}

template <class T, int kPanels> void last_panels(const proxnet::RowProduct<T>& g, std::size_t first) {
  if constexpr (kPanels > 0) {
    if (g.panels - first == kPanels) return row_panels<T, kPanels>(g, first);
    last_panels<T, kPanels - 1>(g, first);
  }
}

template <class T> void row_product(const proxnet::RowProduct<T>& g) {
  std::size_t p = 0;
  for (; p + kRowPanels<T> <= g.panels; p += kRowPanels<T>) row_panels<T, kRowPanels<T>>(g, p);
  last_panels<T, kRowPanels<T> - 1>(g, p);
}

// The inputs that are not zero: their numbers and values; returns how many.
template <class T> std::size_t list_nonzeros(std::size_t n, const T* x, unsigned* input, T* value) {
  std::size_t count = 0;
  for (std::size_t k = 0; k < n; ++k) {
    input[count] = static_cast<unsigned>(k), value[count] = x[k];
    count += x[k] != 0;
  }
  return count;
}

}  // namespace
