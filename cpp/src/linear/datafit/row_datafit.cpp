#include "linear/datafit/row_datafit.h"

#include <algorithm>

#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

constexpr std::size_t kGrain = 8192;  // rows that are worth a thread

// Calls f(first, count) on blocks of rows, in parallel: rows are independent of each other.
template <class F> void for_blocks(std::size_t rows, F&& f) {
  parallel_for(team_threads(), rows, kGrain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; i += RowDatafit::kBlock) f(i, std::min(RowDatafit::kBlock, last - i));
  });
}

}  // namespace

double RowDatafit::derive(const double* z) {
  fit_scale(z);
  std::copy_n(z, rows, z_.data());
  for_blocks(rows, [&](std::size_t i, std::size_t n) {
    losses(n, y.data() + i, z + i, loss_.data() + i, derivative_.data() + i, hessian_state.data() + i);
    for (std::size_t k = i; k < i + n; ++k) {
      if (normalized_weight[k] == 0) loss_[k] = derivative_[k] = hessian_state[k] = 0;  // and may have been infinite
      gradient[k] = normalized_weight[k] * derivative_[k], hessian_state[k] *= normalized_weight[k];
    }
  });
  return kernels<double>().dot(rows, normalized_weight.data(), loss_.data());
}

void RowDatafit::divergences_of(double cut, double* out) const {
  for_blocks(rows, [&](std::size_t i, std::size_t n) {
    divergences(n, y.data() + i, z_.data() + i, derivative_.data() + i, cut, out + i);
    for (std::size_t k = i; k < i + n; ++k)
      if (normalized_weight[k] == 0) out[k] = 0;
  });
}

double RowDatafit::divergence(double cut) const {
  if (cut == 0) return 0;
  std::vector<double> out(rows);
  divergences_of(cut, out.data());
  return kernels<double>().dot(rows, normalized_weight.data(), out.data());
}

}  // namespace proxnet
