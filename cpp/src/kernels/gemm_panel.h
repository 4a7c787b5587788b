// The operands of a product of one or two panels.
#pragma once

#include <cstddef>

namespace proxnet {

// Weights live in panels: kPanel<T> columns (two cache lines) stored row after row, the last panel padded with zeros.
template <class T> constexpr std::size_t kPanel = 128 / sizeof(T);
// Rows of an array of activations are padded to whole vectors of the widest instruction set.
template <class T> constexpr std::size_t kRowPad = 64 / sizeof(T);

constexpr int kMaxOptimizerState = 5, kMaxPrefetch = 2 * kMaxOptimizerState + 4;

// Offsets of the operands of one step of a product.
struct GemmStep {
  std::ptrdiff_t a, b;
};

// One or two panels of a product: c[r][j] = fma chain over p < depth of A(r, p) * b[p * b_step + j], where A(r, p) is
// a[r * a_row + p * a_step], or with chunk > 0 a[r * a_row + p % chunk * a_step + p / chunk * a_jump]. With `steps`:
// a[r * a_row + steps[p].a] * b[steps[p].b + j].
// r < rows; j < cols <= 2 kPanel, computed and stored up to the next whole vector; columns from kPanel on lie b_panel,
// c_panel and mask_panel after the first in b, c and mask.
template <class T> struct GemmPanel {
  std::size_t rows, cols, depth;
  const T* a;
  std::ptrdiff_t a_row, a_step;
  const T* b;
  std::ptrdiff_t b_step;
  T* c;
  std::ptrdiff_t c_row;
  bool resume = false;      // continue the sums in c instead of +0.0
  const T* bias = nullptr;  // in the last block: c = max(c + bias[j], floor)
  T floor = 0;              // 0 for relu, -inf for none; used with bias only
  const T* mask = nullptr;  // c[r][j] = 0 unless mask[r * mask_row + j] > 0 (the derivative of relu)
  std::ptrdiff_t mask_row = 0;
  std::size_t chunk = 0;
  std::ptrdiff_t a_jump = 0;
  const GemmStep* steps = nullptr;
  std::ptrdiff_t b_panel = 0, c_panel = 0, mask_panel = 0;
  // Prefetched during the product: prefetch_rows rows of kPanel at each address; null ends the list.
  const T* prefetch[kMaxPrefetch] = {};
  std::size_t prefetch_rows = 0;
};

}  // namespace proxnet
