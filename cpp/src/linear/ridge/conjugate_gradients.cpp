// (X'X + strength) w = X'y by conjugate gradients: two products with X per iteration, X never centered in memory.
#include <cmath>
#include <numeric>

#include "linear/ridge/ridge_system.h"
#include "runtime/dispatch.h"

namespace proxnet {

ConjugateGradients conjugate_gradients(const Design& x, const RidgeData& data, const double* strengths, double tol,
                                       std::size_t max_iter) {
  check(tol >= 0 && max_iter >= 1, "[ridge] tol must be >= 0 and max_iter >= 1, got ", tol, " and ", max_iter);
  Poller poll(data.poll, "[ridge]");
  const RidgeSystem d(x, data, poll);
  const auto& k = kernels<double>();
  const std::size_t p = d.cols;
  Columns everything(p);
  std::iota(everything.begin(), everything.end(), std::size_t{0});
  ConjugateGradients result;
  result.coef.resize(d.targets * p);
  std::vector<double> rest(p), direction, turned(p), fitted(d.rows);
  for (std::size_t t = 0; t < d.targets; ++t) {
    double* w = result.coef.data() + t * p;
    d.all_dots(d.of(t), rest.data(), poll);
    direction = rest;
    const double initial_square = k.dot(p, rest.data(), rest.data());
    double square = initial_square;
    std::size_t iteration = 0;
    for (; iteration < max_iter && square > tol * tol * initial_square && square > 0; ++iteration) {
      std::fill(fitted.begin(), fitted.end(), 0.0);
      d.subtract(everything, direction.data(), fitted.data(), poll);
      const double curvature =
          k.dot(d.rows, fitted.data(), fitted.data()) + strengths[t] * k.dot(p, direction.data(), direction.data());
      if (!(curvature > 0)) break;
      d.all_dots(fitted.data(), turned.data(), poll);  // - X'X direction
      const double step = square / curvature;
      for (std::size_t j = 0; j < p; ++j) {
        w[j] += step * direction[j];
        rest[j] += step * (turned[j] - strengths[t] * direction[j]);
      }
      const double next = k.dot(p, rest.data(), rest.data()), keep = next / square;
      for (std::size_t j = 0; j < p; ++j) direction[j] = rest[j] + keep * direction[j];
      square = next;
    }
    result.intercept.push_back(d.finish(t, w));
    result.iterations.push_back(iteration);
    result.residual.push_back(initial_square > 0 ? std::sqrt(square / initial_square) : 0);
  }
  return result;
}

}  // namespace proxnet
