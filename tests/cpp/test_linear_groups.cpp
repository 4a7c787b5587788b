// Group penalties and penalty objects in C++: special cases that equal the lasso, bits for any number of threads,
// interrupts, bad input.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "proxnet/group_path.h"
#include "proxnet/penalized.h"
#include "proxnet/runtime.h"
#include "reference.h"

using namespace proxnet;
using reference::Draws;

namespace {

constexpr std::size_t kRows = 70, kCols = 37, kTargets = 2;

struct Problem {
  std::vector<double> x, y;
  Problem() {
    Draws draws(51);  // seed 51
    x = draws.vector<double>(kRows * kCols), y = draws.vector<double>(kTargets * kRows);
    for (std::size_t i = 0; i < kRows; ++i) y[i] += 3 * x[i * kCols] - 2 * x[i * kCols + 5] + 4;
  }
  std::shared_ptr<const Design> design() const {
    return make_design(DenseView<double>{x.data(), kRows, kCols, kCols, 1});
  }
};

GroupPenalty alone(double norm, double l1) {
  GroupPenalty p;
  p.l1 = l1, p.starts.resize(kCols + 1), p.members.resize(kCols), p.norms.assign(kCols, norm);
  std::iota(p.starts.begin(), p.starts.end(), std::size_t{0});
  std::iota(p.members.begin(), p.members.end(), std::size_t{0});
  return p;
}

PathOptions options() {
  PathOptions o;
  o.count = 6, o.eps = 0.05, o.tol = 1e-11, o.max_iter = 100000;
  return o;
}

void close(const std::vector<double>& a, const std::vector<double>& b, double most) {
  REQUIRE(a.size() == b.size());
  for (std::size_t k = 0; k < a.size(); ++k) CHECK(std::fabs(a[k] - b[k]) <= most);
}

}  // namespace

TEST_CASE("the lasso equals groups of one column, with norms or with L1, and the penalty object L1") {
  const Problem problem;
  const auto design = problem.design();
  const LinearPath lasso = elastic_net_path(*design, problem.y.data(), nullptr, {}, options());
  for (const GroupPenalty& penalty : {alone(1, 0), alone(0, 1), alone(0.3, 0.7)}) {
    const LinearPath path = group_path(*design, problem.y.data(), 1, nullptr, penalty, options());
    close(path.alphas, lasso.alphas, 1e-12);
    close(path.coef, lasso.coef, 1e-5);
    close(path.intercept, lasso.intercept, 1e-4);
    for (std::size_t k = 0; k < path.gap.size(); ++k) {
      CHECK(path.gap[k] <= 1e-11 * path.null_value);
      CHECK(path.gap[k] >= -1e-12 * path.null_value);
      CHECK(path.converged[k]);
    }
  }
  PathOptions tight = options();
  tight.tol = 1e-10;
  const LinearPath fit = penalized_least_squares(*design, problem.y.data(), nullptr, l1(lasso.alphas.back()), tight);
  CHECK(fit.converged[0]);
  close(fit.coef, {lasso.coef.end() - kCols, lasso.coef.end()}, 1e-5);
  const LinearPath path = penalized_path(*design, problem.y.data(), nullptr, l1(1), tight);
  close(path.alphas, lasso.alphas, 1e-12);
  close(path.coef, lasso.coef, 1e-5);
  close(path.intercept, lasso.intercept, 1e-4);
}

TEST_CASE("group paths have the same bits for any number of threads") {
  const Problem problem;
  const auto design = problem.design();
  GroupPenalty pairs = alone(1, 0.2);
  pairs.starts.clear(), pairs.norms.clear();
  for (std::size_t j = 0; j <= kCols; j += j + 2 > kCols && j < kCols ? kCols - j : 2) pairs.starts.push_back(j);
  pairs.norms.assign(pairs.starts.size() - 1, 1.2);
  std::vector<double> bits[2];
  for (const int threads : {1, 3}) {
    set_num_threads(threads);
    bits[threads / 3] = group_path(*design, problem.y.data(), kTargets, nullptr, pairs, options()).coef;
  }
  set_num_threads(0);
  CHECK(bits[0] == bits[1]);
}

TEST_CASE("groups have the same solution from the Gram matrix and from the residual, dense and sparse") {
  const Problem problem;
  std::vector<std::int32_t> starts(kCols + 1), indices;
  std::vector<double> values;
  for (std::size_t j = 0; j < kCols; ++j, starts[j] = static_cast<std::int32_t>(indices.size()))
    for (std::size_t i = 0; i < kRows; ++i)
      indices.push_back(static_cast<std::int32_t>(i)), values.push_back(problem.x[i * kCols + j]);
  values[0] = 0, starts[1] = static_cast<std::int32_t>(kRows);
  SparseView<double, std::int32_t> view = {kRows, kCols, values.size(), values.data(), indices.data(), starts.data()};
  view.starts_count = starts.size();
  std::vector<double> x = problem.x;
  x[0] = 0;
  GroupPenalty pairs = alone(1, 0.2);
  pairs.starts.clear(), pairs.l2 = 0.1;
  for (std::size_t j = 0; j < kCols; j += 2) pairs.starts.push_back(j);
  pairs.starts.push_back(kCols), pairs.norms.assign(pairs.starts.size() - 1, 1.2);
  PathOptions by_residual = options();
  by_residual.gram_columns = 0;
  const auto dense = make_design(DenseView<double>{x.data(), kRows, kCols, kCols, 1}), sparse = make_design(view);
  const LinearPath path = group_path(*dense, problem.y.data(), kTargets, nullptr, pairs, options());
  for (const auto& design : {dense, sparse}) {
    const LinearPath other = group_path(*design, problem.y.data(), kTargets, nullptr, pairs, by_residual);
    close(other.coef, path.coef, 1e-5);
    for (std::size_t k = 0; k < path.gap.size(); ++k) CHECK(other.converged[k]);
  }
}

TEST_CASE("group paths can be interrupted and refuse invalid groups and penalties") {
  const Problem problem;
  const auto design = problem.design();
  PathOptions endless = options();
  endless.count = 100000, endless.poll = [] { return true; };
  CHECK_THROWS_AS(group_path(*design, problem.y.data(), 1, nullptr, alone(1, 0), endless), Interrupted);
  CHECK_THROWS_AS(penalized_path(*design, problem.y.data(), nullptr, mcp(1), endless), Interrupted);
  const auto refuse = [&](auto&& spoil) {
    GroupPenalty p = alone(1, 0);
    spoil(p);
    CHECK_THROWS_AS(group_path(*design, problem.y.data(), 1, nullptr, p, options()), InvalidInput);
  };
  refuse([](GroupPenalty& p) { p.members[3] = 4; });
  refuse([](GroupPenalty& p) { p.members[3] = kCols; });
  refuse([](GroupPenalty& p) { p.starts[3] = p.starts[4]; });
  refuse([](GroupPenalty& p) { p.norms[3] = -1; });
  refuse([](GroupPenalty& p) { p.norms[3] = NAN; });
  refuse([](GroupPenalty& p) { p.norms.pop_back(); });
  refuse([](GroupPenalty& p) { p.l1 = -1; });
  refuse([](GroupPenalty& p) { p.norms.assign(kCols, 0.0); });  // a grid of alphas needs a penalty that makes zeros
  CHECK_THROWS_AS(penalized_least_squares(*design, problem.y.data(), nullptr, group_l1(1), options()), InvalidInput);
  CHECK_THROWS_AS(penalized_path(*design, problem.y.data(), nullptr, orthogonal(1), options()), InvalidInput);
  CHECK_THROWS_AS(penalized_path(*design, problem.y.data(), nullptr, l2(1), options()), InvalidInput);
  Penalty short_of = l1(1);
  short_of.factors = {1, 2};
  CHECK_THROWS_AS(penalized_least_squares(*design, problem.y.data(), nullptr, short_of, options()), InvalidInput);
}
