// Ridge regression in C++: every solver ends at a zero gradient with a valid certificate, bits for any number of
// threads, interrupts, bad input.
#include <doctest/doctest.h>

#include <cmath>

#include "proxnet/ridge.h"
#include "proxnet/runtime.h"
#include "reference.h"

using namespace proxnet;
using reference::Draws;

namespace {

constexpr std::size_t kTargets = 2;

struct Problem {
  Problem(std::size_t row_count, std::size_t col_count) : n(row_count), p(col_count) {
    Draws draws(52);  // seed 52
    x = draws.vector<double>(n * p), y = draws.vector<double>(kTargets * n);
    for (std::size_t i = 0; i < n; ++i) y[i] += 3 * x[i * p] - 2 * x[i * p + 5] + 4;
    for (std::size_t j = 0; j < p; ++j) factors.push_back(0.1 * static_cast<double>(j % 7));
    design = make_design(DenseView<double>{x.data(), n, p, static_cast<std::ptrdiff_t>(p), 1});
  }
  RidgeData data() const {
    RidgeData d;
    d.y = y.data(), d.targets = kTargets, d.penalty_factor = factors.data();
    return d;
  }
  // max |gradient of the objective / 2|
  double gradient(std::size_t t, const double* w, double intercept, double strength) const {
    std::vector<double> fitted(n);
    predict(*design, w, intercept, fitted.data());
    double most = 0, sum = 0;
    for (std::size_t j = 0; j < p; ++j) {
      double g = strength * factors[j] * w[j];
      for (std::size_t i = 0; i < n; ++i) g += x[i * p + j] * (fitted[i] - y[t * n + i]);
      most = std::max(most, std::fabs(g));
    }
    for (std::size_t i = 0; i < n; ++i) sum += fitted[i] - y[t * n + i];
    return std::max(most, std::fabs(sum));
  }
  const std::size_t n, p;
  std::vector<double> x, y, factors;
  std::shared_ptr<const Design> design;
};

}  // namespace

TEST_CASE("all ridge solvers end at a zero gradient, and the certificate bounds their gap") {
  for (const auto& [n, p] : {std::pair<std::size_t, std::size_t>{170, 67}, {67, 170}}) {
    const Problem problem(n, p);
    const std::vector<double> strengths = {0.5, 20};
    const RidgePath path = ridge_path(*problem.design, problem.data(), strengths.data(), 2, false);
    CHECK(path.loo_residuals.empty());
    for (std::size_t s = 0; s < 2; ++s)
      for (std::size_t t = 0; t < kTargets; ++t) {
        const std::size_t line = s * kTargets + t;
        CHECK(problem.gradient(t, &path.coef[line * p], path.intercept[line], strengths[s]) <= 1e-8);
      }
    const RidgeCholesky factored = ridge_cholesky(*problem.design, problem.data(), strengths.data());
    REQUIRE(factored.definite);
    const ConjugateGradients found =
        conjugate_gradients(*problem.design, problem.data(), strengths.data(), 1e-12, 1000);
    const RidgeCertificate certificate =
        ridge_certificate(*problem.design, problem.data(), strengths.data(), found.coef.data());
    for (std::size_t t = 0; t < kTargets; ++t) {
      CHECK(problem.gradient(t, &factored.coef[t * p], factored.intercept[t], strengths[t]) <= 1e-8);
      CHECK(problem.gradient(t, &found.coef[t * p], found.intercept[t], strengths[t]) <= 1e-8);
      CHECK(found.residual[t] <= 1e-12);
      CHECK(certificate.kkt[t] <= 1e-8);
      CHECK(certificate.gap[t] <= 1e-15 * static_cast<double>(p));
    }
  }
}

TEST_CASE("ridge paths have the same bits for any number of threads, can be interrupted and refuse invalid factors") {
  const Problem problem(150, 140);
  const std::vector<double> strengths = {1e-3, 3, 0};
  std::vector<double> bits[2], errors[2];
  for (const int threads : {1, 3}) {
    set_num_threads(threads);
    RidgePath path = ridge_path(*problem.design, problem.data(), strengths.data(), 3, true);
    bits[threads / 3] = std::move(path.coef), errors[threads / 3] = std::move(path.loo_residuals);
  }
  set_num_threads(0);
  CHECK(bits[0] == bits[1]);
  CHECK(errors[0] == errors[1]);
  const Problem large(900, 800);
  RidgeData stopped = large.data();
  stopped.poll = [] { return true; };
  CHECK_THROWS_AS(ridge_path(*large.design, stopped, strengths.data(), 3, true), Interrupted);
  for (const double wrong : {-1.0, std::nan("")}) {
    Problem other(20, 10);
    other.factors[3] = wrong;
    CHECK_THROWS_AS(ridge_path(*other.design, other.data(), strengths.data(), 3, false), InvalidInput);
  }
}
