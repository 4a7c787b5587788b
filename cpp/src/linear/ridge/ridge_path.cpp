// Ridge regression for many strengths: Q T Q' of the smaller of X'X and X X', then one tridiagonal system per strength.
#include <algorithm>
#include <optional>

#include "linear/linalg/symmetric_product.h"
#include "linear/linalg/tridiagonal_eigen.h"
#include "linear/linalg/tridiagonal_solve.h"
#include "linear/ridge/ridge_factor.h"
#include "linear/ridge/ridge_loo.h"
#include "linear/ridge/ridge_products.h"

namespace proxnet {

namespace {

// Q' rights', (size, targets padded to kProductPanel).
Buffer<double> turned_right(const RidgeMatrix& system, const Tridiagonal& reduced, std::size_t targets, Poller& poll) {
  const std::size_t wide = round_up(targets, kProductPanel);
  Buffer<double> right(system.size * wide);
  kernels<double>().transpose(targets, system.size, system.rights.data(), static_cast<std::ptrdiff_t>(system.size),
                              right.data(), static_cast<std::ptrdiff_t>(wide));
  reduced.multiply_transposed(wide, right.data(), poll);
  return right;
}

// Solves (T + strength) y = right for all strengths and targets, into column s * targets + t of rows of `wide`
// elements.
void solve_all(const Tridiagonal& reduced, const std::vector<double>& strengths, const Buffer<double>& right,
               std::size_t targets, double* solved, std::size_t wide, Poller& poll) {
  const std::size_t count = strengths.size(), lines = count * targets, n = reduced.size;
  run_team(n * lines < 65536 ? 1 : team_threads(), [&](Member& member) {
    std::optional<TridiagonalFactor> factor;
    for (std::size_t line = member.begin(lines), last = count; line < member.end(lines); ++line) {
      if (member.rank == 0) poll();
      member.checkpoint();
      if (line / targets != last) factor.emplace(reduced.diagonal, reduced.off, strengths[last = line / targets]);
      factor->solve(right.data() + line % targets, right.size() / n, solved + line, wide);
    }
  });
}

// The same for strengths that leave the system singular: the least-norm solution S diag(1 / (value + strength)) S'
// right, where components with value + strength <= floor (rounding) are 0.
void solve_singular(const Tridiagonal& reduced, const std::vector<std::size_t>& which,
                    const std::vector<double>& strengths, double floor, const Buffer<double>& right,
                    std::size_t targets, double* solved, std::size_t wide, Poller& poll) {
  const std::size_t n = reduced.size, right_wide = right.size() / n;
  const TridiagonalEigen eigen(reduced.diagonal, reduced.off, poll);
  std::vector<double> scaled(n);
  for (std::size_t t = 0; t < targets; ++t) {
    std::vector<double> along(eigen.stride);  // S' right
    for (std::size_t k = 0; k < n; ++k, poll())
      kernels<double>().add_rows(1, n, eigen.vectors.data() + k * eigen.stride, 0, &right[k * right_wide + t],
                                 along.data());
    for (const std::size_t s : which) {
      for (std::size_t k = 0; k < n; ++k) {
        const double total = std::max(eigen.values[k], 0.0) + strengths[s];
        scaled[k] = total > floor ? along[k] / total : 0.0;
      }
      for (std::size_t k = 0; k < n; ++k, poll())
        solved[k * wide + s * targets + t] =
            kernels<double>().dot(n, eigen.vectors.data() + k * eigen.stride, scaled.data());
    }
  }
}

// One Cholesky factor per strength, for columns of such different scales that tridiagonalization would lose the small
// ones. Returns nullopt, and the system unchanged, if a matrix is not definite.
std::optional<RidgePath> path_by_factors(const RidgeSystem& d, RidgeMatrix& system,
                                         const std::vector<double>& strengths, bool leave_one_out, Poller& poll) {
  const std::size_t n = system.size, count = strengths.size(), stride = round_up(n, kProductPanel);
  RidgeFactor factor(system);
  RidgePath path;
  path.coef.resize(count * d.targets * n);
  Buffer<double> inverse(leave_one_out ? n * stride : 0);
  if (leave_one_out) path.loo_residuals.resize(d.rows * d.targets * count);
  for (std::size_t s = 0; s < count; ++s) {
    if (!factor.factor(strengths[s], poll)) return factor.give_back(system), std::nullopt;
    double* coef = path.coef.data() + s * d.targets * n;
    for (std::size_t t = 0; t < d.targets; ++t, poll()) {
      const std::vector<double> v = factor.solve({system.right(t), system.right(t) + n});
      std::copy(v.begin(), v.end(), coef + t * n);
    }
    if (!leave_one_out) continue;
    run_team(n < 64 ? 1 : team_threads(), [&](Member& member) {
      for (std::size_t k = member.begin(n); k < member.end(n); ++k) {
        if (member.rank == 0) poll();
        member.checkpoint();
        std::vector<double> unit_vector(n);
        unit_vector[k] = 1;
        unit_vector = factor.solve(unit_vector);
        std::copy(unit_vector.begin(), unit_vector.end(), inverse.data() + k * stride);
      }
    });
    loo_residuals(d, system, inverse, coef, path.loo_residuals.data() + s, count, poll);
  }
  for (std::size_t line = 0; line < count * d.targets; ++line, poll())
    path.intercept.push_back(d.finish(line % d.targets, path.coef.data() + line * n));
  return path;
}

}  // namespace

RidgePath ridge_path(const Design& x, const RidgeData& data, const double* strengths, std::size_t count,
                     bool leave_one_out) {
  Poller poll(data.poll, "[ridge]");
  const RidgeSystem d(x, data, poll);
  RidgeMatrix system(d, poll);
  std::vector<double> scaled(strengths, strengths + count);
  for (double& strength : scaled) strength *= system.matrix_scale;
  if (count > 0 && system.badly_scaled(*std::min_element(scaled.begin(), scaled.end())))
    if (auto path = path_by_factors(d, system, scaled, leave_one_out, poll)) return *std::move(path);
  const std::size_t n = system.size, lines = count * d.targets, wide = round_up(lines, kProductPanel);
  const Tridiagonal reduced(std::move(system.matrix), n, system.stride, poll);
  const Buffer<double> right = turned_right(system, reduced, d.targets, poll);
  Buffer<double> solved(n * wide);  // column s * targets + t
  solve_all(reduced, scaled, right, d.targets, solved.data(), wide, poll);
  std::vector<std::size_t> singular;
  for (std::size_t s = 0; s < count; ++s, poll())
    if (!TridiagonalFactor(reduced.diagonal, reduced.off, scaled[s] - system.floor).definite()) singular.push_back(s);
  if (!singular.empty())
    solve_singular(reduced, singular, scaled, system.floor, right, d.targets, solved.data(), wide, poll);

  RidgePath path;
  if (leave_one_out) path.loo_residuals = loo_residuals(d, system, reduced, scaled, solved.data(), poll);
  reduced.multiply(wide, solved.data(), poll);
  std::vector<double> transposed(lines * n);
  for (std::size_t line = 0; line < lines; line += kProductPanel, poll())
    kernels<double>().transpose(n, std::min(kProductPanel, lines - line), solved.data() + line,
                                static_cast<std::ptrdiff_t>(wide), transposed.data() + line * n,
                                static_cast<std::ptrdiff_t>(n));
  if (system.dual) {
    path.coef.resize(lines * d.cols);
    transposed_products(d, transposed.data(), lines, path.coef.data(), poll);
  } else {
    path.coef = std::move(transposed);
  }
  for (std::size_t line = 0; line < lines; ++line, poll())
    path.intercept.push_back(d.finish(line % d.targets, path.coef.data() + line * d.cols));
  return path;
}

}  // namespace proxnet
