// The three products of a dense layer on a block of rows, over weight panels, by one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "kernels/kernel_table.h"
#include "ops/panels.h"
#include "ops/prefetch.h"
#include "proxnet/rows.h"
#include "runtime/poll_here.h"

namespace proxnet {

// The left operand of a product: rows of x, summed over its columns.
template <class T> void set_rows(GemmPanel<T>& g, RowPanels<const T> x, std::size_t depth) {
  g.depth = depth;
  g.a = x.data, g.a_row = static_cast<std::ptrdiff_t>(x.row_step), g.a_step = 1;
  g.chunk = x.panel_step == kPanel<T> ? 0 : kPanel<T>;
  g.a_jump = static_cast<std::ptrdiff_t>(x.panel_step);
}

// Depth of a block of a product: two panels of the right operand, 128 KB, stay in the L2 cache while rows stream past.
constexpr std::size_t kDepthBlock = 512;
// Rows from which prefetching the next block of weights pays: 1 to 2 % of a step of 128 rows; with 32 rows 7129-64-2
// loses 2 %.
constexpr std::size_t kPrefetchRows = 64;

// A product in pairs of panels and blocks of its depth. set(g, first, last, begin, end) sets the operands of panels
// [first, last) and depth [begin, end), and the epilogue in the last block. width(p): columns of panel p. Calls pause()
// between blocks.
template <class T, class Width, class Set, class Pause>
void blocked_product(const KernelTable<T>& k, const GemmPanel<T>& product, std::size_t panels, Width&& width, Set&& set,
                     Pause&& pause) {
  for (std::size_t first = 0, last; first < panels; first = last) {
    last = std::min(panels, first + 2);
    for (std::size_t begin = 0, end; begin < product.depth; begin = end) {
      end = std::min(product.depth, begin + kDepthBlock);
      GemmPanel<T> g = product;
      g.cols = (last - first - 1) * kPanel<T> + width(last - 1);
      g.depth = end - begin, g.resume = begin > 0;
      g.a += g.chunk ? static_cast<std::ptrdiff_t>(begin / g.chunk) * g.a_jump : static_cast<std::ptrdiff_t>(begin);
      set(g, first, last, begin, end);
      k.gemm_panel(g);
      pause();
    }
  }
}

// out[r] = max(x[r] W + bias, floor), r < rows. `floor`: 0 for relu, else -inf.
template <class T, class Pause>
void forward_product(const KernelTable<T>& k, const Panels<T>& w, const T* bias, T floor, std::size_t rows,
                     RowPanels<const T> x, RowPanels<T> out, Pause&& pause) {
  GemmPanel<T> product = {};
  set_rows(product, x, w.rows);
  product.rows = rows, product.floor = floor;
  product.b_step = kPanel<T>, product.b_panel = static_cast<std::ptrdiff_t>(w.rows * kPanel<T>);
  product.c_row = static_cast<std::ptrdiff_t>(out.row_step),
  product.c_panel = static_cast<std::ptrdiff_t>(out.panel_step);
  const auto set = [&](GemmPanel<T>& g, std::size_t p, std::size_t last, std::size_t begin, std::size_t end) {
    g.b = w.at(p, begin), g.c = out.at(p, 0);
    if (end == w.rows) g.bias = bias + p * kPanel<T>;
    const std::size_t next = end < w.rows ? p : last, row = end < w.rows ? end : 0;  // the block after this one
    if (rows < kPrefetchRows || next >= w.count()) return;
    g.prefetch_rows = std::min(kDepthBlock, w.rows - row);
    for (std::size_t i = 0; i < 2 && next + i < w.count(); ++i) g.prefetch[i] = w.at(next + i, row);
  };
  blocked_product(k, product, w.count(), [&](std::size_t p) { return w.width(p); }, set, pause);
}

// dx[r] = d[r] W^T, r < rows, and zero where mask <= 0 unless `mask` is null. Blocks of W^T are transposed into
// scratch, two panels of kPanel * min(cols of W, kDepthBlock): 0.1 ns per number, instead of a second copy of W.
template <class T, class Pause>
void input_product(const KernelTable<T>& k, const Panels<T>& w, std::size_t rows, RowPanels<const T> d,
                   const RowPanels<const T>* mask, RowPanels<T> dx, T* scratch, Pause&& pause) {
  GemmPanel<T> product = {};
  set_rows(product, d, w.cols);
  product.rows = rows;
  const std::size_t panel_size = std::min(round_up(w.cols, kPanel<T>), kDepthBlock) * kPanel<T>;
  product.b = scratch, product.b_step = kPanel<T>, product.b_panel = static_cast<std::ptrdiff_t>(panel_size);
  product.c_row = static_cast<std::ptrdiff_t>(dx.row_step),
  product.c_panel = static_cast<std::ptrdiff_t>(dx.panel_step);
  if (mask) product.mask_row = static_cast<std::ptrdiff_t>(mask->row_step);
  if (mask) product.mask_panel = static_cast<std::ptrdiff_t>(mask->panel_step);
  const auto width = [&](std::size_t q) { return std::min(kPanel<T>, w.rows - q * kPanel<T>); };
  const auto set = [&](GemmPanel<T>& g, std::size_t first, std::size_t last, std::size_t begin, std::size_t end) {
    const std::size_t end_panel = (end + kPanel<T> - 1) / kPanel<T>, row = first * kPanel<T>;
    const std::size_t count = std::min(w.rows, last * kPanel<T>) - row;
    if (count % kPanel<T>) std::memset(scratch, 0, 2 * panel_size * sizeof(T));
    T* to = scratch;
    for (std::size_t p = begin / kPanel<T>; p < end_panel; ++p, to += kPanel<T> * kPanel<T>) {
      // Without this prefetch a number takes 0.24 ns.
      if (p + 2 < end_panel) prefetch_rows(w.at(p + 2, row), count);
      for (std::size_t q = first; q < last; ++q)
        k.transpose(width(q), w.width(p), w.at(p, q * kPanel<T>), kPanel<T>, to + (q - first) * panel_size, kPanel<T>);
    }
    g.c = dx.at(first, 0);
    if (mask && end == w.cols) g.mask = mask->at(first, 0);
  };
  blocked_product(k, product, (w.rows + kPanel<T> - 1) / kPanel<T>, width, set, pause);
}

// g[i][j] = sum over s < depth of x[s][q * kPanel + i] d[s][p * kPanel + j]: the (kPanel, kPanel) blocks of the weight
// gradient for panel q of x and panels [p, last) of d, one or two, zero beyond the width of d. `prefetch`: as in
// GemmPanel, or null.
template <class T>
void weight_product(const KernelTable<T>& k, const Panels<T>& w, std::size_t q, std::size_t p, std::size_t last,
                    std::size_t depth, RowPanels<const T> x, RowPanels<const T> d, T* g,
                    const T* const* prefetch = nullptr) {
  constexpr std::size_t kSquare = kPanel<T> * kPanel<T>;
  GemmPanel<T> product = {};
  product.rows = std::min(kPanel<T>, w.rows - q * kPanel<T>), product.depth = depth;
  product.cols = (last - p - 1) * kPanel<T> + w.width(last - 1);
  if (w.width(last - 1) < kPanel<T>) std::memset(g + (last - p - 1) * kSquare, 0, kSquare * sizeof(T));
  product.a = x.at(q, 0), product.a_row = 1, product.a_step = static_cast<std::ptrdiff_t>(x.row_step);
  product.b = d.at(p, 0), product.b_step = static_cast<std::ptrdiff_t>(d.row_step);
  product.b_panel = static_cast<std::ptrdiff_t>(d.panel_step);
  product.c = g, product.c_row = kPanel<T>, product.c_panel = kSquare;
  for (int i = 0; prefetch && i < kMaxPrefetch && prefetch[i]; ++i)
    product.prefetch[i] = prefetch[i], product.prefetch_rows = product.rows;
  // Very many samples: in pieces that continue the sums, with a poll in between.
  constexpr std::size_t kPiece = std::size_t{1} << 16;
  for (; product.depth > kPiece; depth -= kPiece, product.depth = depth, product.resume = true) {
    product.depth = kPiece;
    k.gemm_panel(product);
    product.a += static_cast<std::ptrdiff_t>(kPiece) * product.a_step;
    product.b += static_cast<std::ptrdiff_t>(kPiece) * product.b_step;
    poll_here();
  }
  k.gemm_panel(product);
}

}  // namespace proxnet
