// Ridge regression by the Cholesky factor of the smaller of X'X and X X', plus the strength.
#include <numeric>

#include "linear/cholesky.h"
#include "linear/ridge_products.h"
#include "linear/symmetric_product.h"

namespace proxnet {

namespace {

class Symmetric final : public Quadratic {
 public:
  Symmetric(Buffer<double> matrix, std::size_t size, std::size_t stride) {
    gram_ = std::move(matrix), capacity_ = stride;
    ids.resize(size);
    std::iota(ids.begin(), ids.end(), std::size_t{0});
  }
};

}  // namespace

RidgeCholesky ridge_cholesky(const Design& x, const RidgeData& data, const double* strengths) {
  Poller poll(data.poll, "[ridge]");
  const CentredTargets d(x, data, poll);
  const bool dual = d.rows <= d.cols;
  const std::size_t size = dual ? d.rows : d.cols;
  const std::size_t stride = round_up(dual ? size : size + d.targets, kProductPanel);
  const Symmetric matrix(dual ? row_matrix(d, stride, poll) : cross_matrix(d, stride, poll), size, stride);
  RidgeCholesky result;
  result.column_mean = d.mean, result.target_mean = d.means;
  std::vector<double> solved(d.targets * size);
  Cholesky factor(1);
  std::vector<bool> done(d.targets);
  for (std::size_t t = 0; t < d.targets; ++t) {
    if (done[t]) continue;
    std::vector<std::size_t> alike;
    for (std::size_t u = t; u < d.targets; ++u)
      if (strengths[u] == strengths[t]) alike.push_back(u), done[u] = true;
    factor.factor(matrix, matrix.ids, std::vector<double>(size, strengths[t]), poll);
    if (!factor.definite()) return result;
    const std::size_t step = (std::size_t{1} << 26) / (size * size) + static_cast<std::size_t>(team_threads());
    for (std::size_t first = 0; first < alike.size(); first += step, poll())
      parallel_for(team_threads(), std::min(step, alike.size() - first), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = first + begin; k < first + end; ++k) {
          const double* target = dual ? d.of(alike[k]) : matrix.gram(d.cols + alike[k]);
          const std::vector<double> v = factor.solve({target, target + size});
          std::copy(v.begin(), v.end(), solved.begin() + static_cast<std::ptrdiff_t>(alike[k] * size));
        }
      });
  }
  result.definite = true;
  if (!dual) {
    result.coef = std::move(solved);
    return result;
  }
  result.coef.resize(d.targets * d.cols);
  transposed_products(x, data, solved.data(), d.targets, result.coef.data());
  return result;
}

}  // namespace proxnet
