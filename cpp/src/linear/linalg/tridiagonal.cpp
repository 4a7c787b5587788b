#include "linear/linalg/tridiagonal.h"

#include <cmath>

#include "linear/linalg/householder.h"
#include "linear/linalg/symmetric_product.h"

namespace proxnet {

Tridiagonal::Tridiagonal(Buffer<double> matrix, std::size_t n, std::size_t stride, Poller& poll)
    : size(n), diagonal(n), off(n), stride_(stride), rows_(std::move(matrix)), scale_(n) {
  HouseholderTridiagonalization(*this).run(poll);
  const auto& k = kernels<double>();
  const std::size_t panels = (n + kReflectors - 1) / kReflectors;
  coupling_ = Buffer<double>(panels * kReflectors * kReflectors);
  for (std::size_t panel = 0; panel < panels; ++panel, poll()) {
    const std::size_t first = panel * kReflectors, count = std::min(kReflectors, n - first);
    const double* v[kReflectors];
    double products[kReflectors * kReflectors];
    for (std::size_t i = 0; i < count; ++i) v[i] = reflector(first + i) + first;
    k.pair_dots(n - first, count, v, count, v, products, kReflectors);
    double* c = coupling_.data() + panel * kReflectors * kReflectors;
    for (std::size_t i = 0; i < count; ++i) {
      c[i * kReflectors + i] = scale_[first + i];
      for (std::size_t a = 0; a < i; ++a) {
        double sum = 0;
        for (std::size_t b = a; b < i; ++b) sum += c[a * kReflectors + b] * products[b * kReflectors + i];
        c[a * kReflectors + i] = -scale_[first + i] * sum;
      }
    }
  }
}

void Tridiagonal::reflect(bool transposed, std::size_t width, double* y, Poller& poll) const {
  constexpr std::size_t kWide = 2 * kProductPanel, kDepth = 512;
  const auto& k = kernels<double>();
  const std::size_t panels = (size + kReflectors - 1) / kReflectors, slices = (width + kWide - 1) / kWide;
  const auto wide = static_cast<std::ptrdiff_t>(width), stride = static_cast<std::ptrdiff_t>(stride_);
  run_team(size * width < 16384 ? 1 : team_threads(), [&](Member& member) {
    Buffer<double> inner(kReflectors * kWide), coupled(kReflectors * kWide);
    for (std::size_t slice = member.begin(slices); slice < member.end(slices); ++slice)
      for (std::size_t at = 0; at < panels; ++at) {
        if (member.rank == 0) poll();
        member.checkpoint();
        const std::size_t panel = transposed ? at : panels - 1 - at, first = panel * kReflectors;
        const std::size_t count = std::min(kReflectors, size - first);
        double* out = y + first * width + slice * kWide;
        GemmPanel<double> g = {};
        g.cols = std::min(kWide, width - slice * kWide), g.b_panel = g.c_panel = kProductPanel;
        // inner = V y
        g.rows = count, g.a_row = stride, g.a_step = 1, g.b_step = wide, g.c = inner.data(), g.c_row = kWide;
        for (std::size_t i = 0; i < size - first; i += kDepth) {
          g.depth = std::min(kDepth, size - first - i), g.resume = i > 0;
          g.a = reflector(first) + first + i, g.b = out + i * width;
          k.gemm_panel(g);
        }
        // coupled = C inner, or C' inner
        g.depth = count, g.resume = false, g.a = coupling_.data() + panel * kReflectors * kReflectors;
        g.a_row = transposed ? 1 : kReflectors, g.a_step = transposed ? kReflectors : 1;
        g.b = inner.data(), g.b_step = kWide, g.c = coupled.data();
        k.gemm_panel(g);
        for (std::size_t e = 0; e < count * kWide; ++e) coupled[e] = -coupled[e];
        // y -= V' coupled
        g.rows = size - first, g.a = reflector(first) + first, g.a_row = 1, g.a_step = stride;
        g.b = coupled.data(), g.c = out, g.c_row = wide, g.resume = true;
        k.gemm_panel(g);
      }
  });
}

}  // namespace proxnet
