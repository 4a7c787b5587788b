// The three products of a dense layer on a block of rows, over weight panels. No threads here: callers share the work.
#pragma once

#include <cstddef>

#include "kernels/kernel_table.h"
#include "ops/panels.h"

namespace proxnet {

// out[r] = max(x[r] W + bias, floor), r < rows. `floor` is 0 for relu, -inf for none. `pause()` is called between
// panels.
template <class T, class Pause>
void forward_product(const KernelTable<T>& k, const Panels<T>& w, const T* bias, T floor, std::size_t rows, const T* x,
                     std::size_t x_stride, T* out, std::size_t out_stride, Pause&& pause) {
  for (std::size_t p = 0; p < w.count(); ++p) {
    GemmPanel<T> g = {};
    g.rows = rows, g.cols = w.width(p), g.depth = w.rows;
    g.a = x, g.a_row = static_cast<std::ptrdiff_t>(x_stride), g.a_step = 1;
    g.b = w.at(p, 0), g.b_step = kPanel<T>;
    g.c = out + p * kPanel<T>, g.c_row = static_cast<std::ptrdiff_t>(out_stride);
    g.bias = bias + p * kPanel<T>, g.floor = floor;
    k.gemm_panel(g);
    pause();
  }
}

// Elements of scratch that input_product needs.
template <class T> std::size_t input_product_scratch(const Panels<T>& w) {
  return round_up(w.cols, kPanel<T>) * kPanel<T>;
}

// dx[r] = d[r] W^T, r < rows; where `gate` is given only the elements with gate[r] > 0, the others zero.
// A panel of W^T is made in scratch when it is needed: cheaper than keeping it (measured), and no memory.
template <class T, class Pause>
void input_product(const KernelTable<T>& k, const Panels<T>& w, std::size_t rows, const T* d, std::size_t d_stride,
                   const T* gate, std::size_t gate_stride, T* dx, std::size_t dx_stride, T* scratch, Pause&& pause) {
  for (std::size_t i = 0; i < w.rows; i += kPanel<T>) {
    const std::size_t width = w.rows - i < kPanel<T> ? w.rows - i : kPanel<T>;
    if (width < kPanel<T>) std::memset(scratch, 0, w.cols * kPanel<T> * sizeof(T));
    for (std::size_t p = 0; p < w.count(); ++p)
      k.transpose(width, w.width(p), w.at(p, i), kPanel<T>, scratch + p * kPanel<T> * kPanel<T>, kPanel<T>);
    GemmPanel<T> g = {};
    g.rows = rows, g.cols = width, g.depth = w.cols;
    g.a = d, g.a_row = static_cast<std::ptrdiff_t>(d_stride), g.a_step = 1;
    g.b = scratch, g.b_step = kPanel<T>;
    g.c = dx + i, g.c_row = static_cast<std::ptrdiff_t>(dx_stride);
    if (gate) g.gate = gate + i, g.gate_row = static_cast<std::ptrdiff_t>(gate_stride);
    k.gemm_panel(g);
    pause();
  }
}

// g[i][j] = sum over samples s < depth of x[s][first + i] d[s][p * kPanel + j]: rows first .. first + rows of panel p
// of the weight gradient, kPanel wide, zero beyond the panel's width.
template <class T>
void weight_product(const KernelTable<T>& k, const Panels<T>& w, std::size_t p, std::size_t first, std::size_t rows,
                    std::size_t depth, const T* x, std::size_t x_stride, const T* d, std::size_t d_stride, T* g) {
  if (w.width(p) < kPanel<T>) std::memset(g, 0, rows * kPanel<T> * sizeof(T));
  GemmPanel<T> product = {};
  product.rows = rows, product.cols = w.width(p), product.depth = depth;
  product.a = x + first, product.a_row = 1, product.a_step = static_cast<std::ptrdiff_t>(x_stride);
  product.b = d + p * kPanel<T>, product.b_step = static_cast<std::ptrdiff_t>(d_stride);
  product.c = g, product.c_row = kPanel<T>;
  k.gemm_panel(product);
}

}  // namespace proxnet
