// sum_d v_d v_d': blocks of vectors are packed by the team and multiplied in register tiles. Each element is one
// summation chain over the vectors, for any number of threads.
#pragma once

#include "ops/buffer.h"
#include "runtime/dispatch.h"
#include "runtime/poller.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

constexpr std::size_t kProductPanel = kPanel<double>;

// out: (width, stride), allocated with round_up(width, kProductPanel) rows; stride is a multiple of kProductPanel.
// fill(first, last, member, block) packs this member's part of vectors [first, last): element i of vector d at (d -
// first) * stride + i.
template <class Fill>
void symmetric_product(std::size_t width, std::size_t depth, std::size_t stride, double* out, Poller& poll,
                       Fill&& fill) {
  constexpr std::size_t kWide = kProductPanel, kBlock = 256;  // 256 x 200 doubles: the L2 of a core
  const auto& k = kernels<double>();
  const std::size_t panels = stride / kWide;
  Buffer<double> packed[2] = {Buffer<double>(kBlock * stride), Buffer<double>(kBlock * stride)};
  run_team(depth * width < 65536 ? 1 : team_threads(), [&](Member& member) {
    std::size_t turn = 0;
    for (std::size_t first = 0; first < depth; first += kBlock, turn ^= 1) {
      const std::size_t last = std::min(depth, first + kBlock);
      double* block = packed[turn].data();
      fill(first, last, member, block);
      member.barrier();
      GemmPanel<double> g = {};
      g.depth = last - first, g.resume = first > 0;
      g.a_row = 1, g.a_step = static_cast<std::ptrdiff_t>(stride);
      g.b_step = g.c_row = static_cast<std::ptrdiff_t>(stride);
      g.b_panel = g.c_panel = kWide;
      // Rows [first_row, last_row), split among the members, times columns of panels [q, last_panel).
      const auto multiply = [&](std::size_t first_row, std::size_t last_row, std::size_t q, std::size_t last_panel) {
        const std::size_t rows = last_row - first_row;
        const std::size_t from = first_row + member.begin(rows), to = first_row + member.end(rows);
        g.rows = to - from, g.cols = (last_panel - q) * kWide;
        g.a = block + from, g.b = block + q * kWide, g.c = out + from * stride + q * kWide;
        k.gemm_panel(g);
      };
      // The upper triangle only.
      for (std::size_t q = 0; q < panels; q += 2) {
        if (member.rank == 0) poll();
        member.checkpoint();
        const std::size_t diagonal = (q + 1) * kWide;
        multiply(0, diagonal, q, std::min(panels, q + 2));
        if (q + 1 < panels) multiply(diagonal, diagonal + kWide, q + 1, q + 2);
      }
    }
  });
  for (std::size_t a = 0; a < width; ++a, poll())
    for (std::size_t b = 0; b < a; ++b) out[a * stride + b] = out[b * stride + a];
}

// The columns [begin, end) of `width`, in whole panels, that this member packs.
struct PanelShare {
  PanelShare(const Member& member, std::size_t width)
      : begin(std::min(width, member.begin(panels(width)) * kProductPanel)),
        end(std::min(width, member.end(panels(width)) * kProductPanel)) {}
  static std::size_t panels(std::size_t width) { return (width + kProductPanel - 1) / kProductPanel; }
  const std::size_t begin, end;
};

}  // namespace proxnet
