// Ridge regression for many strengths: Q T Q' of the smaller of X'X and X X', then a system of three diagonals for
// each.
#include <cmath>
#include <optional>

#include "linear/ridge_left_out.h"
#include "linear/ridge_products.h"
#include "linear/symmetric_product.h"
#include "linear/tridiagonal_eigen.h"
#include "linear/tridiagonal_solve.h"

namespace proxnet {

namespace {

// right (targets, size) as Q' of its columns.
Buffer<double> turned_right(const RidgeMatrix& system, const Tridiagonal& reduced, std::size_t targets, Poller& poll) {
  const std::size_t wide = round_up(targets, kProductPanel);
  Buffer<double> right(system.size * wide);
  kernels<double>().transpose(targets, system.size, system.rights.data(), static_cast<std::ptrdiff_t>(system.size),
                              right.data(), static_cast<std::ptrdiff_t>(wide));
  reduced.multiply_transposed(wide, right.data(), poll);
  return right;
}

// The column `target` of `right` times S diag(1 / (value + strength)) S': of least norm, so where a sum is no more than
// rounding its part is 0.
void solve_singular(const TridiagonalEigen& eigen, const std::vector<double>& along, double strength, double floor,
                    double* y, std::size_t step) {
  std::vector<double> scaled(eigen.size);
  for (std::size_t k = 0; k < eigen.size; ++k) {
    const double total = std::max(eigen.values[k], 0.0) + strength;
    scaled[k] = total > floor ? along[k] / total : 0.0;
  }
  for (std::size_t k = 0; k < eigen.size; ++k)
    y[k * step] = kernels<double>().dot(eigen.size, eigen.vectors.data() + k * eigen.stride, scaled.data());
}

}  // namespace

RidgePath ridge_path(const Design& x, const RidgeData& data, const double* strengths, std::size_t count,
                     bool leave_one_out) {
  Poller poll(data.poll, "[ridge]");
  const RidgeSystem d(x, data, poll);
  RidgeMatrix system(d, poll);
  const std::size_t n = system.size, lines = count * d.targets, wide = round_up(lines, kProductPanel);
  const Tridiagonal reduced(std::move(system.matrix), n, system.stride, poll);
  const Buffer<double> right = turned_right(system, reduced, d.targets, poll);
  const std::size_t right_wide = right.size() / n;

  Buffer<double> solved(n * wide);  // column s * targets + t
  std::vector<std::size_t> singular;
  for (std::size_t s = 0; s < count; ++s) {
    const double strength = system.unit * strengths[s];
    if (!TridiagonalFactor(reduced.diagonal, reduced.off, strength - system.floor).definite()) singular.push_back(s);
  }
  parallel_for(team_threads(), count, 1 + (std::size_t{1} << 14) / (n * d.targets),
               [&](std::size_t begin, std::size_t end) {
                 for (std::size_t s = begin; s < end; ++s) {
                   const TridiagonalFactor factor(reduced.diagonal, reduced.off, system.unit * strengths[s]);
                   for (std::size_t t = 0; t < d.targets; ++t)
                     factor.solve(right.data() + t, right_wide, solved.data() + s * d.targets + t, wide);
                 }
               });
  poll();

  RidgePath path;
  if (!singular.empty()) {
    const TridiagonalEigen eigen(reduced.diagonal, reduced.off, poll);
    for (std::size_t t = 0; t < d.targets; ++t) {
      std::vector<double> column(n), along(eigen.stride);  // S' right
      for (std::size_t k = 0; k < n; ++k) column[k] = right[k * right_wide + t];
      kernels<double>().add_rows(n, n, eigen.vectors.data(), static_cast<std::ptrdiff_t>(eigen.stride), column.data(),
                                 along.data());
      for (const std::size_t s : singular)
        solve_singular(eigen, along, system.unit * strengths[s], system.floor, solved.data() + s * d.targets + t, wide);
    }
  }
  if (leave_one_out)
    path.left_out = errors_left_out(d, system, reduced, {strengths, strengths + count}, solved.data(), poll);
  reduced.multiply(wide, solved.data(), poll);
  std::vector<double> flat(lines * n);
  kernels<double>().transpose(n, lines, solved.data(), static_cast<std::ptrdiff_t>(wide), flat.data(),
                              static_cast<std::ptrdiff_t>(n));
  if (system.dual) {
    path.coef.resize(lines * d.cols);
    transposed_products(d, flat.data(), lines, path.coef.data(), poll);
  } else {
    path.coef = std::move(flat);
  }
  for (std::size_t line = 0; line < lines; ++line)
    path.intercept.push_back(d.finish(line % d.targets, path.coef.data() + line * d.cols));
  return path;
}

}  // namespace proxnet
