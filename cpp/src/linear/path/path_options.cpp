#include "linear/path/path_options.h"

#include <cmath>
#include <numeric>

namespace proxnet {

void check_penalty(const ElasticNetPenalty& penalty, std::size_t cols) {
  check(penalty.l1_ratio >= 0 && penalty.l1_ratio <= 1, "[path] l1_ratio must be in 0 to 1, got ", penalty.l1_ratio);
  check(penalty.factors.empty() || penalty.factors.size() == cols, "[path] penalty_factor must have ", cols,
        " entries, got ", penalty.factors.size());
  for (std::size_t j = 0; j < penalty.factors.size(); ++j)
    check(
        std::isfinite(penalty.factors[j]) && penalty.factors[j] >= 0 && !(penalty.positive && penalty.factors[j] == 0),
        "[path] penalty_factor must be finite and ", penalty.positive ? "> 0 where positive" : ">= 0",
        ", penalty_factor[", j, "] = ", penalty.factors[j]);
}

Columns unpenalized_columns(const ElasticNetPenalty& penalty) {
  Columns found;
  for (std::size_t j = 0; j < penalty.factors.size(); ++j)
    if (penalty.factors[j] == 0) found.push_back(j);
  return found;
}

std::vector<double> alpha_grid(double top, double eps, std::size_t count) {
  // No column correlates with the target: any alpha gives zeros; 1e-15 is scikit-learn's choice.
  std::vector<double> alphas(count, top > 0 ? top : 1e-15);
  for (std::size_t k = 1; k < count && top > 0; ++k)
    alphas[k] = top * std::pow(eps, static_cast<double>(k) / static_cast<double>(count - 1));
  return alphas;
}

std::vector<double> alphas_to_one(double top, std::size_t count) {
  const bool falls = top > 1 && std::isfinite(top);
  std::vector<double> alphas = alpha_grid(falls ? top : 1, falls ? 1 / top : 1, falls ? count : 1);
  alphas.back() = 1;
  return alphas;
}

void keep_last(LinearPath& path) {
  const std::size_t points = path.alphas.size();
  path.iterations.back() = std::accumulate(path.iterations.begin(), path.iterations.end(), std::size_t{0});
  const auto keep = [&](auto& values) {
    values.erase(values.begin(), values.end() - static_cast<std::ptrdiff_t>(values.size() / points));
  };
  keep(path.alphas), keep(path.coef), keep(path.intercept), keep(path.gap), keep(path.kkt), keep(path.iterations);
  keep(path.converged), keep(path.scale), keep(path.objective), keep(path.dual_gap);
}

void check_options(const PathOptions& o, const ElasticNetPenalty& penalty, std::size_t coefficients) {
  for (std::size_t k = 0; k < o.alphas.size(); ++k)
    check(std::isfinite(o.alphas[k]) && o.alphas[k] >= 0, "[path] alpha must be finite and >= 0, got ", o.alphas[k]);
  check(!o.alphas.empty() || (o.count >= 1 && o.eps > 0 && o.eps <= 1 && penalty.l1_ratio > 0),
        "[path] a grid of alphas needs a count >= 1, eps > 0 and <= 1 and l1_ratio > 0, got ", o.count, ", ", o.eps,
        " and ", penalty.l1_ratio);
  check(!o.alphas.empty() || penalty.factors.empty() || unpenalized_columns(penalty).size() < penalty.factors.size(),
        "[path] a grid of alphas needs a column that is penalised, none is");
  check(o.tol >= 0 && !std::isnan(o.tol), "[path] tol must be >= 0, got ", o.tol);
  check(o.max_iter >= 1, "[path] max_iter must be >= 1, got ", o.max_iter);
  for (std::size_t j = 0; o.start && j < coefficients; ++j)
    check(std::isfinite(o.start[j]) && (!penalty.positive || o.start[j] >= 0),
          "[path] the coefficients to start from must be finite, and >= 0 where positive, got ", o.start[j]);
}

}  // namespace proxnet
