// Register tiles of a product: each element is one fma chain over increasing p, independent of its tile.
#pragma once

#include "kernel_table.h"
#include "vec.h"

namespace {

// Vectors per panel and per tile: 24 accumulators of 32 registers, or 12 of 16, reach 98 % of the FMA peak. Two panels
// at once (6 x 4 vectors) need half the broadcasts of 12 x 2 and leave no narrow tile: 1 to 4 % of a step of networks
// up to 1024 wide.
template <class T> constexpr int kPanelVecs = static_cast<int>(proxnet::kPanel<T>) / kLanes<T>;
#if defined(__AVX512F__)
constexpr int kTileVecs = 4, kAccumulators = 24;
#elif defined(__aarch64__)
constexpr int kTileVecs = 2, kAccumulators = 24;
#else
constexpr int kTileVecs = 2, kAccumulators = 12;
#endif
// Rows of a tile of `kVecs` vectors: one vector needs a broadcast per multiply-add with any number of rows.
constexpr int tile_rows(int vecs) { return kAccumulators / (vecs > 1 ? vecs : 2); }

// The offset of vector v of a tile; panels are at a distance of `panel`.
template <class T> PROXNET_INLINE std::ptrdiff_t vector_at(int v, std::ptrdiff_t panel) {
  return v < kPanelVecs<T> ? v * kLanes<T> : panel + (v - kPanelVecs<T>)*kLanes<T>;
}

// The operands of a tile, which prefetches rows [prefetch, near_end) of g.prefetch.
template <class T> struct GemmTile {
  const T *a, *b;
  T* c;
  const T *bias, *mask;
  std::size_t prefetch, near_end;
};

// Prefetches a tile's rows of g.prefetch, about one line every few steps: all at once before the product they delayed
// its first loads (dW of 1024 x 1024, batch 256, with its update: 167 GFLOP/s, like this 190).
template <class T, std::size_t kSteps> class Nearing {
 public:
  Nearing(const proxnet::GemmPanel<T>& g, const GemmTile<T>& tile)
      : near_(g.prefetch),
        line_(tile.prefetch * kRowBytes),
        end_(tile.near_end * kRowBytes),
        share_(((end_ - line_) / kLine * kSteps / (g.depth + 1) + 1) * kLine) {}
  PROXNET_INLINE bool more() const { return line_ < end_; }
  PROXNET_INLINE void call() {
    for (std::size_t last = line_ + share_; line_ < last; line_ += kLine)
      for (int i = 0; i < proxnet::kMaxPrefetch && near_[i]; ++i)
        __builtin_prefetch(reinterpret_cast<const char*>(near_[i]) + line_, 0, 3);
  }

 private:
  static constexpr std::size_t kLine = 64, kRowBytes = proxnet::kPanel<T> * sizeof(T);
  const T* const* near_;
  std::size_t line_;  // in bytes, as are the others
  const std::size_t end_, share_;
};

// The layout of the left operand: adjacent rows (a transposed operand), adjacent steps, or
// a list of offsets.
enum class Walk { kUnitRow, kUnitStep, kListed };

template <class T, int kRows, int kVecs, Walk kWalk>
__attribute__((noinline)) void gemm_tile(const proxnet::GemmPanel<T>& g, const GemmTile<T>& tile) {
  const std::ptrdiff_t a_row = kWalk == Walk::kUnitRow ? 1 : g.a_row, a_step = kWalk == Walk::kUnitRow ? g.a_step : 1;
  const std::ptrdiff_t b_step = g.b_step, b_panel = g.b_panel, c_row = g.c_row;
  const T *a = tile.a, *b = tile.b;
  const auto c_at = [&](int r, int v) { return tile.c + r * c_row + vector_at<T>(v, g.c_panel); };
  Vec<T> sum[kRows][kVecs];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) sum[r][v] = g.resume ? load(c_at(r, v)) : Vec<T>{};
  const auto multiply_add = [&](const T* x, const T* y) __attribute__((always_inline)) {
    Vec<T> row[kVecs];
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) row[v] = load(y + vector_at<T>(v, b_panel));
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      const Vec<T> scalar = splat(x[r * a_row]);
#pragma GCC unroll 4
      for (int v = 0; v < kVecs; ++v) sum[r][v] = fma(scalar, row[v], sum[r][v]);
    }
  };
  if constexpr (kWalk == Walk::kListed) {
    for (const proxnet::GemmStep *step = g.steps, *end = step + g.depth; step < end; ++step)
      multiply_add(a + step->a, b + step->b);
  } else {
    // Few steps (a weight gradient), or many.
    constexpr std::size_t kSteps = kWalk == Walk::kUnitRow ? 4 : 16;
    Nearing<T, kSteps> nearing(g, tile);
    const std::size_t chunk = g.chunk ? g.chunk : g.depth;
    for (std::size_t left = g.depth; left > 0;) {
      const std::size_t steps = left < chunk ? left : chunk;
      const T* x = a;
      std::size_t p = steps;
      for (; p >= kSteps && nearing.more(); p -= kSteps) {
        nearing.call();
#pragma GCC unroll 4
        for (std::size_t s = 0; s < kSteps; ++s, x += a_step, b += b_step) multiply_add(x, b);
      }
      for (; p > 0; --p, x += a_step, b += b_step) multiply_add(x, b);
      a += g.a_jump;
      left -= steps;
    }
  }
  if (tile.bias) {
    const Vec<T> floor = splat(g.floor);
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) {
      const Vec<T> shift = load(tile.bias + v * kLanes<T>);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) sum[r][v] = max(sum[r][v] + shift, floor);
    }
  }
  if (tile.mask) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < kVecs; ++v) {
        const Vec<T> open = load(tile.mask + r * g.mask_row + vector_at<T>(v, g.mask_panel));
        sum[r][v] = open > Vec<T>{} ? sum[r][v] : Vec<T>{};
      }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) store(c_at(r, v), sum[r][v]);
}

template <class T, int kRows, int kVecs>
void gemm_rows(int rows, const proxnet::GemmPanel<T>& g, const GemmTile<T>& tile) {
  if constexpr (kRows > 0) {
    if (rows < kRows) return gemm_rows<T, kRows - 1, kVecs>(rows, g, tile);
    if (g.steps)
      gemm_tile<T, kRows, kVecs, Walk::kListed>(g, tile);
    else if (g.a_row == 1 && g.a_step != 1)
      gemm_tile<T, kRows, kVecs, Walk::kUnitRow>(g, tile);
    else
      gemm_tile<T, kRows, kVecs, Walk::kUnitStep>(g, tile);
  }
}

// All rows of kVecs vectors from vector `first` on. Rows are split evenly over the tiles: a thin last tile would be
// bound by the latency of its few chains.
template <class T, int kVecs> void gemm_columns(const proxnet::GemmPanel<T>& g, int first) {
  constexpr int kRows = tile_rows(kVecs);
  const std::ptrdiff_t j = first * kLanes<T>;
  const std::size_t tiles = (g.rows + kRows - 1) / kRows;
  for (std::size_t t = 0, row = 0; t < tiles; ++t) {
    const std::size_t next = g.rows * (t + 1) / tiles;
    const std::ptrdiff_t r = static_cast<std::ptrdiff_t>(row);
    gemm_rows<T, kRows, kVecs>(
        static_cast<int>(next - row), g,
        {g.a + r * g.a_row, g.b + vector_at<T>(first, g.b_panel), g.c + r * g.c_row + vector_at<T>(first, g.c_panel),
         g.bias ? g.bias + j : nullptr, g.mask ? g.mask + r * g.mask_row + vector_at<T>(first, g.mask_panel) : nullptr,
         first == 0 ? g.prefetch_rows * row / g.rows : 0, first == 0 ? g.prefetch_rows * next / g.rows : 0});
    row = next;
  }
}

template <class T> void gemm_panel(const proxnet::GemmPanel<T>& g) {
  const int vectors = (static_cast<int>(g.cols) + kLanes<T> - 1) / kLanes<T>;
  for (int v = 0; v < vectors; v += kTileVecs) {
    const int left = vectors - v;
    if (left == 1)
      gemm_columns<T, 1>(g, v);
    else if (left == 2 || kTileVecs == 2)
      gemm_columns<T, 2>(g, v);
    else if (left == 3)
      gemm_columns<T, kTileVecs - 1>(g, v);
    else
      gemm_columns<T, kTileVecs>(g, v);
  }
}

}  // namespace
