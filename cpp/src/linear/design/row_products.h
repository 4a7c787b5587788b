// X W' with X read in row blocks that stay in a core's cache.
#pragma once

#include <algorithm>

#include "linear/linalg/symmetric_product.h"

namespace proxnet {

// W: (count, cols). read(first, last, block, stride) packs rows [first, last); take(first, last, products, wide)
// receives (last - first, wide) products, wide >= count. Each product is one summation chain over the columns.
template <class Read, class Take>
void multiply_rows(std::size_t rows, std::size_t cols, std::size_t count, const double* w, Poller& poll, Read&& read,
                   Take&& take) {
  constexpr std::size_t kWide = kProductPanel, kNumbers = std::size_t{1} << 16, kDepth = 512;
  const std::size_t wide = round_up(count, kWide), stride = round_up(cols, kWide);
  const std::size_t group = std::clamp<std::size_t>(kNumbers / cols, 8, 256), blocks = (rows + group - 1) / group;
  Buffer<double> turned(cols * wide);
  kernels<double>().transpose(count, cols, w, static_cast<std::ptrdiff_t>(cols), turned.data(),
                              static_cast<std::ptrdiff_t>(wide));
  run_team(rows * cols < 16384 ? 1 : team_threads(), [&](Member& member) {
    Buffer<double> block(group * stride), products(group * wide);
    for (std::size_t at = member.begin(blocks); at < member.end(blocks); ++at) {
      const std::size_t first = at * group, last = std::min(rows, first + group);
      read(first, last, block.data(), stride);
      GemmPanel<double> g = {};
      g.rows = last - first, g.a_row = static_cast<std::ptrdiff_t>(stride), g.a_step = 1;
      g.b_step = g.c_row = static_cast<std::ptrdiff_t>(wide), g.b_panel = g.c_panel = kWide;
      for (std::size_t q = 0; q < wide; q += 2 * kWide) {
        if (member.rank == 0) poll();
        member.checkpoint();
        for (std::size_t j = 0; j < cols; j += kDepth) {
          g.cols = std::min(wide - q, 2 * kWide), g.depth = std::min(kDepth, cols - j), g.resume = j > 0;
          g.a = block.data() + j, g.b = turned.data() + j * wide + q, g.c = products.data() + q;
          kernels<double>().gemm_panel(g);
        }
      }
      take(first, last, products.data(), wide);
    }
  });
}

}  // namespace proxnet
