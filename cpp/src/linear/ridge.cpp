#include <numeric>

#include "linear/ridge_products.h"
#include "linear/symmetric_product.h"

namespace proxnet {

namespace {

// Without the padding of its rows.
std::vector<double> packed(const Buffer<double>& matrix, std::size_t size, std::size_t stride, Poller& poll) {
  std::vector<double> out(size * size);
  for (std::size_t i = 0; i < size; ++i, poll()) std::copy_n(matrix.data() + i * stride, size, out.data() + i * size);
  return out;
}

}  // namespace

Buffer<double> cross_matrix(const CentredTargets& d, std::size_t stride, Poller& poll) {
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

Buffer<double> row_matrix(const CentredTargets& d, std::size_t stride, Poller& poll) {
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

CrossProducts cross_products(const Design& x, const RidgeData& data) {
  Poller poll(data.poll, "[ridge]");
  const CentredTargets d(x, data, poll);
  const std::size_t width = d.cols + d.targets, stride = round_up(width, kProductPanel);
  return {packed(cross_matrix(d, stride, poll), width, stride, poll), d.mean, d.means};
}

RowProducts row_products(const Design& x, const RidgeData& data) {
  Poller poll(data.poll, "[ridge]");
  const CentredTargets d(x, data, poll);
  const std::size_t stride = round_up(d.rows, kProductPanel);
  return {packed(row_matrix(d, stride, poll), d.rows, stride, poll), d.all, d.scale, d.mean, d.means};
}

void transposed_products(const Design& x, const RidgeData& data, const double* dual, std::size_t count, double* out) {
  constexpr std::size_t kWide = kProductPanel, kBlock = 64, kDepth = 512, kDenseShare = 32;
  Poller poll(data.poll, "[ridge]");
  const Centred d(x, data.y, data.sample_weight, data.fit_intercept, poll);
  if (x.stored() * kDenseShare < d.rows * d.cols) {  // a product of zeros takes longer than a pass for each
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

void leave_one_out(const Design& x, const RidgeData& data, const RidgeSpectrum& spectrum, double* out) {
  Poller poll(data.poll, "[ridge]");
  const CentredTargets d(x, data, poll);
  constexpr std::size_t kWide = kProductPanel, kBlock = 64;
  const std::size_t p = d.cols, count = spectrum.count, stride = round_up(p, kWide), wide = round_up(count, kWide);
  Buffer<double> vectors(p * stride), shrink(p * wide), coef(d.targets * p * wide);
  for (std::size_t k = 0; k < p; ++k, poll()) {
    std::copy_n(spectrum.vectors + k * p, p, vectors.data() + k * stride);
    for (std::size_t a = 0; a < count; ++a) {
      const double inverse = 1 / (spectrum.values[k] + spectrum.strengths[a]);
      shrink[k * wide + a] = inverse;
      for (std::size_t t = 0; t < d.targets; ++t) coef[(t * p + k) * wide + a] = inverse * spectrum.target[t * p + k];
    }
  }
  const auto& k = kernels<double>();
  const std::size_t blocks = (d.rows + kBlock - 1) / kBlock;
  const double share_of_mean = data.fit_intercept ? 1.0 / static_cast<double>(d.rows) : 0.0;
  run_team(d.rows * p < 16384 ? 1 : team_threads(), [&](Member& member) {
    Buffer<double> block(kBlock * stride), turned(kBlock * stride), leverage(kBlock * wide), fitted(kBlock * wide);
    const auto product = [&](std::size_t rows, const double* a, const double* b, std::size_t width, double* c) {
      GemmPanel<double> g = {};
      g.rows = rows, g.depth = p, g.a = a, g.a_row = static_cast<std::ptrdiff_t>(stride), g.a_step = 1;
      g.b_step = g.c_row = static_cast<std::ptrdiff_t>(width), g.cols = kWide;
      for (std::size_t q = 0; q < width; q += kWide) {
        if (member.rank == 0) poll();
        member.checkpoint();
        g.b = b + q, g.c = c + q;
        k.gemm_panel(g);
      }
    };
    for (std::size_t at = member.begin(blocks); at < member.end(blocks); ++at) {
      const std::size_t first = at * kBlock, last = std::min(d.rows, first + kBlock), rows = last - first;
      d.read_block(first, last, 0, p, block.data(), stride);
      product(rows, block.data(), vectors.data(), stride, turned.data());
      for (std::size_t e = 0; e < rows * stride; ++e) block[e] = turned[e] * turned[e];
      product(rows, block.data(), shrink.data(), wide, leverage.data());
      for (std::size_t t = 0; t < d.targets; ++t) {
        product(rows, turned.data(), coef.data() + t * p * wide, wide, fitted.data());
        for (std::size_t i = 0; i < rows; ++i) {
          const double own = share_of_mean * (d.weight.empty() ? 1.0 : d.weight[first + i]);
          double* to = out + ((first + i) * d.targets + t) * count;
          for (std::size_t a = 0; a < count; ++a)
            to[a] = (d.of(t)[first + i] - fitted[i * wide + a]) / (1 - own - leverage[i * wide + a]);
        }
      }
    }
  });
}

}  // namespace proxnet
