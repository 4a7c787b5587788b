// X'X of all columns: blocks of rows are centred, weighted and packed by the team, then multiplied in register tiles.
// Every element is one chain over the rows, whatever the number of threads.
#include <numeric>

#include "linear/working_set.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

void WorkingSet::add_all(Poller& poll) {
  const std::size_t n = data_.rows, p = data_.cols;
  constexpr std::size_t kWide = kPanel<double>, kBlock = 256;  // 256 x 200 doubles: the L2 of a core
  ids.resize(p), w.assign(p, 0.0), correlation = all_correlations_;
  std::iota(ids.begin(), ids.end(), std::size_t{0}), std::iota(place_.begin(), place_.end(), std::size_t{0});
  capacity_ = round_up(p, kWide);
  gram_ = Buffer<double>(capacity_ * capacity_);
  const auto& k = kernels<double>();
  const std::size_t panels = capacity_ / kWide;
  Buffer<double> packed[2] = {Buffer<double>(kBlock * capacity_), Buffer<double>(kBlock * capacity_)};
  run_team(n * p < 65536 ? 1 : team_threads(), [&](Member& member) {
    std::size_t turn = 0;
    for (std::size_t first = 0; first < n; first += kBlock, turn ^= 1) {
      const std::size_t last = std::min(n, first + kBlock);
      double* block = packed[turn].data();
      const std::size_t begin = member.begin(panels) * kWide, end = std::min(p, member.end(panels) * kWide);
      if (begin < end) data_.read_block(first, last, begin, end, block, capacity_);
      member.barrier();
      if (member.rank == 0) poll();
      GemmPanel<double> g = {};
      g.depth = last - first, g.resume = first > 0;
      g.a_row = 1, g.a_step = static_cast<std::ptrdiff_t>(capacity_);
      g.b_step = g.c_row = static_cast<std::ptrdiff_t>(capacity_);
      g.cols = kWide;
      for (std::size_t q = 0; q < panels; ++q) {
        // Rows 0 to the end of panel q of the columns of panel q; the rows are shared.
        const std::size_t rows = (q + 1) * kWide, from = member.begin(rows), to = member.end(rows);
        if (from == to) continue;
        g.rows = to - from, g.a = block + from, g.b = block + q * kWide;
        g.c = gram_.data() + from * capacity_ + q * kWide;
        k.gemm_panel(g);
      }
    }
  });
  for (std::size_t a = 0; a < p; ++a)
    for (std::size_t b = 0; b < a; ++b) gram_[a * capacity_ + b] = gram_[b * capacity_ + a];
  slope = correlation;
}

}  // namespace proxnet
