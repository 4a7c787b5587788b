// The three products of a dense layer on a block of rows, over weight panels. No threads here: callers share the work.
#pragma once

#include <cstddef>

#include "kernels/kernel_table.h"
#include "ops/panels.h"
#include "proxnet/rows.h"

namespace proxnet {

// The left operand of a product: rows of x, a chain over its columns.
template <class T> void set_rows(GemmPanel<T>& g, RowPanels<const T> x, std::size_t depth) {
  g.depth = depth;
  g.a = x.data, g.a_row = static_cast<std::ptrdiff_t>(x.row_step), g.a_step = 1;
  g.chunk = x.panel_step == kPanel<T> ? 0 : kPanel<T>;
  g.a_jump = static_cast<std::ptrdiff_t>(x.panel_step);
}

// out[r] = max(x[r] W + bias, floor), r < rows. `floor` is 0 for relu, -inf for none. `pause()` is called between
// panels.
template <class T, class Pause>
void forward_product(const KernelTable<T>& k, const Panels<T>& w, const T* bias, T floor, std::size_t rows,
                     RowPanels<const T> x, RowPanels<T> out, Pause&& pause) {
  GemmPanel<T> g = {};
  set_rows(g, x, w.rows);
  g.rows = rows, g.b_step = kPanel<T>, g.c_row = static_cast<std::ptrdiff_t>(out.row_step), g.floor = floor;
  for (std::size_t p = 0; p < w.count(); ++p) {
    g.cols = w.width(p), g.b = w.at(p, 0), g.c = out.at(p, 0), g.bias = bias + p * kPanel<T>;
    k.gemm_panel(g);
    pause();
  }
}

// dx[r] = d[r] W^T, r < rows; where `gate` is given only the elements with gate[r] > 0, the others zero.
// A panel of W^T is made in scratch when it is needed: 2 to 3 % of a step of wide layers, and no second copy in memory.
template <class T, class Pause>
void input_product(const KernelTable<T>& k, const Panels<T>& w, std::size_t rows, RowPanels<const T> d,
                   const RowPanels<const T>* gate, RowPanels<T> dx, T* scratch, Pause&& pause) {
  GemmPanel<T> g = {};
  set_rows(g, d, w.cols);
  g.rows = rows, g.b = scratch, g.b_step = kPanel<T>, g.c_row = static_cast<std::ptrdiff_t>(dx.row_step);
  for (std::size_t q = 0; q * kPanel<T> < w.rows; ++q) {
    const std::size_t first = q * kPanel<T>, left = w.rows - first;
    g.cols = left < kPanel<T> ? left : kPanel<T>;
    if (g.cols < kPanel<T>) std::memset(scratch, 0, w.cols * kPanel<T> * sizeof(T));
    for (std::size_t p = 0; p < w.count(); ++p)
      k.transpose(g.cols, w.width(p), w.at(p, first), kPanel<T>, scratch + p * kPanel<T> * kPanel<T>, kPanel<T>);
    g.c = dx.at(q, 0);
    if (gate) g.gate = gate->at(q, 0), g.gate_row = static_cast<std::ptrdiff_t>(gate->row_step);
    k.gemm_panel(g);
    pause();
  }
}

// g[i][j] = sum over samples s < depth of x[s][q * kPanel + i] d[s][p * kPanel + j]: the block of the weight gradient
// where panel q of x meets panel p of d, kPanel wide, zero beyond the width of d's panel.
template <class T>
void weight_product(const KernelTable<T>& k, const Panels<T>& w, std::size_t q, std::size_t p, std::size_t depth,
                    RowPanels<const T> x, RowPanels<const T> d, T* g) {
  const std::size_t left = w.rows - q * kPanel<T>;
  GemmPanel<T> product = {};
  product.rows = left < kPanel<T> ? left : kPanel<T>, product.cols = w.width(p), product.depth = depth;
  if (product.cols < kPanel<T>) std::memset(g, 0, product.rows * kPanel<T> * sizeof(T));
  product.a = x.at(q, 0), product.a_row = 1, product.a_step = static_cast<std::ptrdiff_t>(x.row_step);
  product.b = d.at(p, 0), product.b_step = static_cast<std::ptrdiff_t>(d.row_step);
  product.c = g, product.c_row = kPanel<T>;
  k.gemm_panel(product);
}

}  // namespace proxnet
