// The three products of a dense layer on a block of rows, over weight panels. No threads here: callers share the work.
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

// The left operand of a product: rows of x, a chain over its columns.
template <class T> void set_rows(GemmPanel<T>& g, RowPanels<const T> x, std::size_t depth) {
  g.depth = depth;
  g.a = x.data, g.a_row = static_cast<std::ptrdiff_t>(x.row_step), g.a_step = 1;
  g.chunk = x.panel_step == kPanel<T> ? 0 : kPanel<T>;
  g.a_jump = static_cast<std::ptrdiff_t>(x.panel_step);
}

// Steps of a chain in one go: two panels of the right operand, 128 KB, stay in the L2 cache from tile to tile while
// rows stream past.
constexpr std::size_t kDepthBlock = 512;
// From so many rows on a block of weights is worked on for long enough to call for the next meanwhile: 1 to 2 % of
// steps of 128 rows and more, where 7129-64-2 with its 32 rows loses 2 %.
constexpr std::size_t kCallingRows = 64;

// The panels of a product, two by two and block after block of its chains. set(g, first, last, begin, end) says what g
// reads and writes for panels [first, last) and steps [begin, end), and the epilogue where that is the last block.
// width(p) are the columns of panel p; `pause()` is called between blocks.
template <class T, class Width, class Set, class Pause>
void blocked_product(const KernelTable<T>& k, const GemmPanel<T>& whole, std::size_t panels, Width&& width, Set&& set,
                     Pause&& pause) {
  for (std::size_t first = 0, last; first < panels; first = last) {
    last = std::min(panels, first + 2);
    for (std::size_t begin = 0, end; begin < whole.depth; begin = end) {
      end = std::min(whole.depth, begin + kDepthBlock);
      GemmPanel<T> g = whole;
      g.cols = (last - first - 1) * kPanel<T> + width(last - 1);
      g.depth = end - begin, g.resume = begin > 0;
      g.a += g.chunk ? static_cast<std::ptrdiff_t>(begin / g.chunk) * g.a_jump : static_cast<std::ptrdiff_t>(begin);
      set(g, first, last, begin, end);
      k.gemm_panel(g);
      pause();
    }
  }
}

// out[r] = max(x[r] W + bias, floor), r < rows. `floor` is 0 for relu, -inf for none.
template <class T, class Pause>
void forward_product(const KernelTable<T>& k, const Panels<T>& w, const T* bias, T floor, std::size_t rows,
                     RowPanels<const T> x, RowPanels<T> out, Pause&& pause) {
  GemmPanel<T> whole = {};
  set_rows(whole, x, w.rows);
  whole.rows = rows, whole.floor = floor;
  whole.b_step = kPanel<T>, whole.b_panel = static_cast<std::ptrdiff_t>(w.rows * kPanel<T>);
  whole.c_row = static_cast<std::ptrdiff_t>(out.row_step), whole.c_panel = static_cast<std::ptrdiff_t>(out.panel_step);
  const auto set = [&](GemmPanel<T>& g, std::size_t p, std::size_t last, std::size_t begin, std::size_t end) {
    g.b = w.at(p, begin), g.c = out.at(p, 0);
    if (end == w.rows) g.bias = bias + p * kPanel<T>;
    const std::size_t next = end < w.rows ? p : last, row = end < w.rows ? end : 0;  // the block after this one
    if (rows < kCallingRows || next >= w.count()) return;
    g.near_rows = std::min(kDepthBlock, w.rows - row);
    for (std::size_t i = 0; i < 2 && next + i < w.count(); ++i) g.near[i] = w.at(next + i, row);
  };
  blocked_product(k, whole, w.count(), [&](std::size_t p) { return w.width(p); }, set, pause);
}

// dx[r] = d[r] W^T, r < rows; where `gate` is given only the elements with gate[r] > 0, the others zero. W^T is made in
// scratch, two panels of kPanel * (columns of W, at most kDepthBlock), where it is needed: 0.1 ns a number a thread,
// and no second copy in memory.
template <class T, class Pause>
void input_product(const KernelTable<T>& k, const Panels<T>& w, std::size_t rows, RowPanels<const T> d,
                   const RowPanels<const T>* gate, RowPanels<T> dx, T* scratch, Pause&& pause) {
  GemmPanel<T> whole = {};
  set_rows(whole, d, w.cols);
  whole.rows = rows;
  const std::size_t room = std::min(round_up(w.cols, kPanel<T>), kDepthBlock) * kPanel<T>;
  whole.b = scratch, whole.b_step = kPanel<T>, whole.b_panel = static_cast<std::ptrdiff_t>(room);
  whole.c_row = static_cast<std::ptrdiff_t>(dx.row_step), whole.c_panel = static_cast<std::ptrdiff_t>(dx.panel_step);
  if (gate) whole.gate_row = static_cast<std::ptrdiff_t>(gate->row_step);
  if (gate) whole.gate_panel = static_cast<std::ptrdiff_t>(gate->panel_step);
  const auto width = [&](std::size_t q) { return std::min(kPanel<T>, w.rows - q * kPanel<T>); };
  const auto set = [&](GemmPanel<T>& g, std::size_t first, std::size_t last, std::size_t begin, std::size_t end) {
    const std::size_t end_panel = (end + kPanel<T> - 1) / kPanel<T>, row = first * kPanel<T>;
    const std::size_t count = std::min(w.rows, last * kPanel<T>) - row;
    if (count % kPanel<T>) std::memset(scratch, 0, 2 * room * sizeof(T));
    T* to = scratch;
    for (std::size_t p = begin / kPanel<T>; p < end_panel; ++p, to += kPanel<T> * kPanel<T>) {
      // What is two panels on comes from far: 0.24 ns a number without calling for it.
      if (p + 2 < end_panel) prefetch_rows(w.at(p + 2, row), count);
      for (std::size_t q = first; q < last; ++q)
        k.transpose(width(q), w.width(p), w.at(p, q * kPanel<T>), kPanel<T>, to + (q - first) * room, kPanel<T>);
    }
    g.c = dx.at(first, 0);
    if (gate && end == w.cols) g.gate = gate->at(first, 0);
  };
  blocked_product(k, whole, (w.rows + kPanel<T> - 1) / kPanel<T>, width, set, pause);
}

// g[i][j] = sum over samples s < depth of x[s][q * kPanel + i] d[s][p * kPanel + j], for panels [p, last) of d, one or
// two: the blocks of the weight gradient where panel q of x meets them, each of kPanel rows and as wide, zero beyond
// the width of d's panel. `near`: what is wanted next, as in GemmPanel, or null.
template <class T>
void weight_product(const KernelTable<T>& k, const Panels<T>& w, std::size_t q, std::size_t p, std::size_t last,
                    std::size_t depth, RowPanels<const T> x, RowPanels<const T> d, T* g,
                    const T* const* near = nullptr) {
  constexpr std::size_t kSquare = kPanel<T> * kPanel<T>;
  GemmPanel<T> product = {};
  product.rows = std::min(kPanel<T>, w.rows - q * kPanel<T>), product.depth = depth;
  product.cols = (last - p - 1) * kPanel<T> + w.width(last - 1);
  if (w.width(last - 1) < kPanel<T>) std::memset(g + (last - p - 1) * kSquare, 0, kSquare * sizeof(T));
  product.a = x.at(q, 0), product.a_row = 1, product.a_step = static_cast<std::ptrdiff_t>(x.row_step);
  product.b = d.at(p, 0), product.b_step = static_cast<std::ptrdiff_t>(d.row_step);
  product.b_panel = static_cast<std::ptrdiff_t>(d.panel_step);
  product.c = g, product.c_row = kPanel<T>, product.c_panel = kSquare;
  for (int i = 0; near && i < kMaxNear && near[i]; ++i) product.near[i] = near[i], product.near_rows = product.rows;
  // Chains over very many samples go on from piece to piece, with a poll between.
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
