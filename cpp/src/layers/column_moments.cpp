// Mean and variance per block of rows, merged in order.
#include "proxnet/column_moments.h"

#include <algorithm>

#include "ops/activations.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

ColumnMoments merged(const ColumnMoments& a, const ColumnMoments& b) {
  check(a.mean.size() == b.mean.size(), "[column_moments] both must have the same number of columns, got ",
        a.mean.size(), " and ", b.mean.size());
  if (a.rows == 0) return b;
  if (b.rows == 0) return a;
  ColumnMoments out{a.rows + b.rows, a.mean, a.variance};
  const double fraction = static_cast<double>(b.rows) / static_cast<double>(out.rows);
  for (std::size_t j = 0; j < out.mean.size(); ++j) {
    const double delta = b.mean[j] - a.mean[j];
    out.mean[j] += delta * fraction;
    out.variance[j] += (b.variance[j] - a.variance[j]) * fraction + delta * delta * fraction * (1 - fraction);
  }
  return out;
}

namespace {

// Mean and variance of rows index[0 .. count), in two passes.
template <class T>
ColumnMoments block_moments(const RowSource<T>& x, const std::size_t* index, std::size_t count, Activations<T>& rows) {
  x.gather(index, count, rows.view());
  ColumnMoments out{count, std::vector<double>(rows.cols), std::vector<double>(rows.cols)};
  for (std::size_t r = 0; r < count; ++r)
    for (std::size_t j = 0; j < rows.cols; ++j) out.mean[j] += static_cast<double>(rows.row(r)[j]);
  for (double& m : out.mean) m /= static_cast<double>(count);
  for (std::size_t r = 0; r < count; ++r)
    for (std::size_t j = 0; j < rows.cols; ++j) {
      const double delta = static_cast<double>(rows.row(r)[j]) - out.mean[j];
      out.variance[j] += delta * delta;
    }
  for (double& v : out.variance) v /= static_cast<double>(count);
  return out;
}

}  // namespace

template <class T> ColumnMoments column_moments(const RowSource<T>& x, const char* operation, const char* name) {
  constexpr std::size_t kBlock = 256;
  check(x.rows() >= 1 && x.cols() >= 1, operation, " ", name, " must have a row and a column at least, got shape (",
        x.rows(), ", ", x.cols(), ")");
  x.check_finite(operation, name);
  const std::size_t count = (x.rows() + kBlock - 1) / kBlock;
  std::vector<ColumnMoments> blocks(count);
  parallel_for(team_threads(), count, 8, [&](std::size_t first, std::size_t last) {
    Activations<T> rows(std::min(kBlock, x.rows()), x.cols(), Layout::kRows);
    std::vector<std::size_t> index(kBlock);
    for (std::size_t b = first; b < last; ++b) {
      const std::size_t n = std::min(kBlock, x.rows() - b * kBlock);
      for (std::size_t r = 0; r < n; ++r) index[r] = b * kBlock + r;
      blocks[b] = block_moments(x, index.data(), n, rows);
    }
  });
  ColumnMoments total = std::move(blocks.front());
  for (std::size_t b = 1; b < count; ++b) total = merged(total, blocks[b]);
  return total;
}

template ColumnMoments column_moments(const RowSource<float>&, const char*, const char*);
template ColumnMoments column_moments(const RowSource<double>&, const char*, const char*);

}  // namespace proxnet
