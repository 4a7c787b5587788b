#include "linear/ridge/ridge_products.h"

#include <numeric>

#include "linear/linalg/symmetric_product.h"

namespace proxnet {

Buffer<double> cross_matrix(const CenteredTargets& d, std::size_t stride, Poller& poll) {
  const std::size_t width = d.cols + d.targets;
  Buffer<double> product(stride * stride);
  symmetric_product(width, d.rows, stride, product.data(), poll,
                    [&](std::size_t first, std::size_t last, const Member& member, double* block) {
                      const PanelShare share(member, width);
                      const std::size_t end = std::min(share.end, d.cols);
                      if (share.begin < end) d.read_block(first, last, share.begin, end, block, stride);
                      for (std::size_t c = std::max(share.begin, d.cols); c < share.end; ++c)
                        for (std::size_t i = first; i < last; ++i)
                          block[(i - first) * stride + c] = d.of(c - d.cols)[i];
                    });
  return product;
}

Buffer<double> row_matrix(const CenteredDesign& d, std::size_t stride, Poller& poll) {
  Buffer<double> product(stride * stride);
  symmetric_product(d.rows, d.cols, stride, product.data(), poll,
                    [&](std::size_t first, std::size_t last, const Member& member, double* block) {
                      Columns list;
                      const std::size_t count = last - first;
                      for (std::size_t c = member.begin(count); c < member.end(count); ++c) list.push_back(first + c);
                      if (!list.empty()) d.gather(list, block + (list[0] - first) * stride, stride);
                    });
  return product;
}

void transposed_products(const CenteredDesign& d, const double* dual, std::size_t count, double* out, Poller& poll) {
  constexpr std::size_t kWide = kProductPanel, kBlock = 64, kDepth = 512, kInverseDensity = 32;
  if (d.x.stored() * kInverseDensity < d.rows * d.cols) {  // X is so sparse that one sparse pass per vector is faster
    for (std::size_t k = 0; k < count; ++k) d.all_dots(dual + k * d.rows, out + k * d.cols, poll);
    return;
  }
  const std::size_t wide = round_up(count, kWide), stride = round_up(d.rows, kRowPad<double>);
  Buffer<double> turned(d.rows * wide);
  for (std::size_t k = 0; k < count; ++k, poll())
    for (std::size_t i = 0; i < d.rows; ++i) turned[i * wide + k] = dual[k * d.rows + i];
  const std::size_t blocks = (d.cols + kBlock - 1) / kBlock;
  run_team(d.rows * d.cols < 16384 ? 1 : team_threads(), [&](Member& member) {
    Buffer<double> columns(kBlock * stride), product(kBlock * wide);
    Columns list;
    for (std::size_t at = member.begin(blocks); at < member.end(blocks); ++at) {
      member.checkpoint();
      if (member.rank == 0) poll();
      const std::size_t first = at * kBlock;
      list.resize(std::min(kBlock, d.cols - first));
      std::iota(list.begin(), list.end(), first);
      d.gather(list, columns.data(), stride);
      GemmPanel<double> g = {};
      g.rows = list.size(), g.a_row = static_cast<std::ptrdiff_t>(stride), g.a_step = 1;
      g.b_step = g.c_row = static_cast<std::ptrdiff_t>(wide), g.b_panel = g.c_panel = kWide;
      for (std::size_t q = 0; q < wide; q += 2 * kWide)
        for (std::size_t i = 0; i < d.rows; i += kDepth) {
          g.cols = std::min(wide - q, 2 * kWide), g.depth = std::min(kDepth, d.rows - i), g.resume = i > 0;
          g.a = columns.data() + i, g.b = turned.data() + i * wide + q, g.c = product.data() + q;
          kernels<double>().gemm_panel(g);
        }
      for (std::size_t k = 0; k < count; ++k)
        for (std::size_t c = 0; c < list.size(); ++c) out[k * d.cols + first + c] = product[c * wide + k];
    }
  });
}

}  // namespace proxnet
