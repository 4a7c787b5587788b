// Lasso paths in C++: the duality gap is recomputed from the coefficients, all layouts of X agree, results do not
// depend on the number of threads, bad input is refused.
#include <doctest/doctest.h>

#include "proxnet/linear.h"
#include "proxnet/runtime.h"
#include "reference.h"

using namespace proxnet;
using reference::Draws;

namespace {

constexpr std::size_t kRows = 50, kCols = 70;

struct Problem {
  std::vector<double> by_rows, by_columns, y;
  Problem() : by_columns(kRows * kCols) {
    Draws draws(33);  // seed 33
    by_rows = draws.vector<double>(kRows * kCols);
    y = draws.vector<double>(kRows);
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t j = 0; j < kCols; ++j) by_columns[j * kRows + i] = by_rows[i * kCols + j];
      y[i] += 3 * by_rows[i * kCols] - 2 * by_rows[i * kCols + 1] + 4;
    }
  }
  std::shared_ptr<const Design> rows() const {
    return make_design(DenseView<double>{by_rows.data(), kRows, kCols, kCols, 1});
  }
  std::shared_ptr<const Design> columns() const {
    return make_design(DenseView<double>{by_columns.data(), kRows, kCols, 1, kRows});
  }
};

PathOptions options() {
  PathOptions o;
  o.count = 8, o.eps = 0.02, o.tol = 1e-10;
  return o;
}

}  // namespace

TEST_CASE("a path's gap is the one computed from its coefficients") {
  const Problem problem;
  const LinearPath path = elastic_net_path(*problem.rows(), problem.y.data(), nullptr, {}, options());
  REQUIRE(path.alphas.size() == 8);
  for (std::size_t k = 0; k < 8; ++k) {
    std::vector<double> r(kRows);
    predict(*problem.rows(), path.coef.data() + k * kCols, path.intercept[k], r.data());
    double rr = 0, ry = 0, mean = 0, norm = 0, scale = 1;
    for (const double v : problem.y) mean += v / kRows;
    for (std::size_t i = 0; i < kRows; ++i) {
      r[i] = problem.y[i] - r[i];
      rr += r[i] * r[i] / kRows, ry += r[i] * (problem.y[i] - mean) / kRows;
    }
    for (std::size_t j = 0; j < kCols; ++j) {
      double q = 0;
      for (std::size_t i = 0; i < kRows; ++i) q += problem.by_rows[i * kCols + j] * r[i] / kRows;
      scale = std::min(scale, path.alphas[k] / std::fabs(q));
      norm += std::fabs(path.coef[k * kCols + j]);
    }
    const double gap = 0.5 * (1 + scale * scale) * rr + path.alphas[k] * norm - scale * ry;
    CHECK(path.converged[k]);
    CHECK(std::fabs(path.gap[k] - gap) <= 1e-12 * path.null_value);
    CHECK(path.gap[k] <= 1e-10 * path.null_value);
  }
}

TEST_CASE("layouts of X agree, and every number of threads gives the same bits") {
  const Problem problem;
  const LinearPath first = elastic_net_path(*problem.rows(), problem.y.data(), nullptr, {}, options());
  const LinearPath other = elastic_net_path(*problem.columns(), problem.y.data(), nullptr, {}, options());
  for (std::size_t k = 0; k < first.coef.size(); ++k)
    CHECK(first.coef[k] == doctest::Approx(other.coef[k]).epsilon(1e-6));
  for (const int threads : {1, 2, 3, 7}) {
    set_num_threads(threads);
    CHECK(
        reference::same(elastic_net_path(*problem.rows(), problem.y.data(), nullptr, {}, options()).coef, first.coef));
  }
  set_num_threads(0);
}

TEST_CASE("the poll function ends a path") {
  const Problem problem;
  PathOptions o = options();
  o.count = 1000000, o.eps = 1e-9;
  o.poll = [] { return true; };
  CHECK_THROWS_AS(elastic_net_path(*problem.rows(), problem.y.data(), nullptr, {}, o), Interrupted);
}

TEST_CASE("bad input is refused with a sentence") {
  const Problem problem;
  const auto x = problem.rows();
  const auto run = [&](const ElasticNetPenalty& penalty, const PathOptions& o) {
    return elastic_net_path(*x, problem.y.data(), nullptr, penalty, o);
  };
  PathOptions o = options();
  o.alphas = {-1};
  CHECK_THROWS_WITH_AS(run({}, o), "[path] alpha must be finite and >= 0, got -1", InvalidInput);
  CHECK_THROWS_AS(run({2, {}, false}, options()), InvalidInput);
  CHECK_THROWS_AS(run({1, std::vector<double>(kCols, NAN), false}, options()), InvalidInput);
  CHECK_THROWS_AS(run({1, {1, 2}, false}, options()), InvalidInput);
  CHECK_THROWS_AS(run({0, {}, false}, options()), InvalidInput);  // a grid of alphas needs l1_ratio > 0
  CHECK_THROWS_AS(make_design(DenseView<double>{problem.by_rows.data(), 5, 5, 10, 2}), InvalidInput);
  const std::vector<double> zero(kRows);
  CHECK_THROWS_AS(elastic_net_path(*x, problem.y.data(), zero.data(), {}, options()), InvalidInput);
  const double values[] = {1, 2};
  const int starts[] = {0, 1, 2}, far[] = {0, 9}, falling[] = {0, 2, 1}, fine[] = {0, 1};
  SparseView<double, int> s{3, 2, 2, values, fine, starts, 3, false};
  CHECK_NOTHROW(make_design(s));
  s.indices = far;
  CHECK_THROWS_WITH_AS(make_design(s), "[design] indices must lie in 0 to 2, indices[1] = 9", InvalidInput);
  s.indices = fine, s.starts = falling;
  CHECK_THROWS_AS(make_design(s), InvalidInput);
}
