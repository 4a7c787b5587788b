// Ridge regression by the Cholesky factor of the smaller of X'X + strength and X X' + strength.
#include "linear/ridge/ridge_factor.h"
#include "linear/ridge/ridge_products.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

RidgeCholesky ridge_cholesky(const Design& x, const RidgeData& data, const double* strengths) {
  Poller poll(data.poll, "[ridge]");
  const RidgeSystem d(x, data, poll);
  RidgeMatrix system(d, poll);
  const std::size_t size = system.size;
  RidgeFactor factor(system);
  RidgeCholesky result;
  std::vector<double> solved(d.targets * size);
  std::vector<bool> done(d.targets);
  for (std::size_t t = 0; t < d.targets; ++t) {
    if (done[t]) continue;
    std::vector<std::size_t> alike;
    for (std::size_t u = t; u < d.targets; ++u)
      if (strengths[u] == strengths[t]) alike.push_back(u), done[u] = true;
    if (!factor.factor(system.matrix_scale * strengths[t], poll)) return result;
    const std::size_t step = (std::size_t{1} << 26) / (size * size) + static_cast<std::size_t>(team_threads());
    for (std::size_t first = 0; first < alike.size(); first += step, poll())
      parallel_for(team_threads(), std::min(step, alike.size() - first), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = first + begin; k < first + end; ++k) {
          const double* target = system.right(alike[k]);
          const std::vector<double> v = factor.solve({target, target + size});
          std::copy(v.begin(), v.end(), solved.begin() + static_cast<std::ptrdiff_t>(alike[k] * size));
        }
      });
  }
  result.definite = true;
  if (system.dual) {
    result.coef.resize(d.targets * d.cols);
    transposed_products(d, solved.data(), d.targets, result.coef.data(), poll);
  } else {
    result.coef = std::move(solved);
  }
  for (std::size_t t = 0; t < d.targets; ++t) result.intercept.push_back(d.finish(t, result.coef.data() + t * d.cols));
  return result;
}

}  // namespace proxnet
