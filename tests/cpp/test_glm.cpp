// Generalised linear models in C++: derivatives against finite differences, duality gaps of a path, threads, bad input.
#include <doctest/doctest.h>

#include "linear/datafit/datafit.h"
#include "linear/linalg/small_inverse.h"
#include "linear/path/glm_problem.h"
#include "linear/path/path_driver.h"
#include "proxnet/glm.h"
#include "proxnet/runtime.h"
#include "reference.h"

using namespace proxnet;
using reference::Draws;

namespace {

constexpr std::size_t kRows = 40, kCols = 60;
constexpr GlmLoss::Kind kLosses[] = {GlmLoss::kLogistic, GlmLoss::kMultinomial, GlmLoss::kPoisson, GlmLoss::kHuber,
                                     GlmLoss::kSquaredHinge};

struct Problem {
  std::vector<double> x, y;
  GlmTask task;
  explicit Problem(GlmLoss::Kind loss) {
    Draws draws(5);  // seed 5
    x = draws.vector<double>(kRows * kCols), y.resize(kRows);
    const std::vector<double> noise = draws.vector<double>(kRows);
    task.loss = loss, task.classes = 3;
    for (std::size_t i = 0; i < kRows; ++i) {
      const double z = x[i * kCols] - x[i * kCols + 1];
      const bool numbers = loss == GlmLoss::kHuber;
      const double top = loss == GlmLoss::kMultinomial || loss == GlmLoss::kPoisson ? 2 : 1;
      y[i] = numbers ? z + 2 * noise[i] : std::min(top, std::max(0.0, std::floor(z + 1)));
    }
  }
  std::shared_ptr<const Design> design() const {
    return make_design(DenseView<double>{x.data(), kRows, kCols, kCols, 1});
  }
};

PathOptions options() {
  PathOptions o;
  o.count = 6, o.eps = 0.3, o.tol = 1e-9, o.max_iter = 1000;
  return o;
}

}  // namespace

TEST_CASE("gradients and Hessians of the losses match finite differences") {
  for (const GlmLoss::Kind loss : kLosses) {
    const Problem problem(loss);
    const std::size_t outputs = problem.task.outputs(), size = outputs * kRows;
    const auto fit = make_datafit(problem.task, problem.y.data(), std::vector<double>(kRows, 1.0 / kRows));
    fit->stiffness = 1e-9;
    Draws draws(9);  // seed 9
    std::vector<double> z = draws.vector<double>(size);
    fit->derive(z.data());
    const std::vector<double> slope = fit->gradient, hessian_state = fit->hessian_state;
    for (std::size_t at = 0; at < size; at += 7) {
      const double step = 1e-5, here = z[at];
      z[at] = here + step;
      const double up = fit->derive(z.data());
      z[at] = here - step;
      const double down = fit->derive(z.data());
      z[at] = here;
      CHECK(slope[at] == doctest::Approx((up - down) / (2 * step)).epsilon(1e-6).scale(1e-2));
    }
    if (loss != GlmLoss::kLogistic && loss != GlmLoss::kMultinomial && loss != GlmLoss::kPoisson) continue;
    std::vector<double> second(kRows);
    for (std::size_t k = 0; k < outputs; ++k)
      for (std::size_t m = 0; m < outputs; ++m) {
        fit->curvature(hessian_state, k, m, second.data());
        const std::size_t at = k * kRows + 3;
        const double step = 1e-5, here = z[at];
        z[at] = here + step;
        fit->derive(z.data());
        const double up = fit->gradient[m * kRows + 3];
        z[at] = here;
        CHECK(second[3] == doctest::Approx((up - slope[m * kRows + 3]) / step).epsilon(1e-3).scale(1e-3));
      }
  }
}

TEST_CASE("paths end with their gap within the tolerance for any number of threads") {
  for (const GlmLoss::Kind loss : kLosses) {
    const Problem problem(loss);
    PathOptions o = options();
    if (loss == GlmLoss::kHuber)
      o.eps = 0.7;  // at smaller alphas, with more columns than rows, the fitted scale tends to zero
    const auto run = [&] { return glm_path(*problem.design(), problem.y.data(), nullptr, problem.task, {}, o); };
    const LinearPath path = run();
    for (std::size_t k = 0; k < path.alphas.size(); ++k) {
      CHECK(path.converged[k]);
      CHECK(path.gap[k] <= 1e-9 * path.null_value);
      CHECK(path.kkt[k] <= 1e-3 * path.alphas[0]);
    }
    for (const int threads : {1, 2, 5}) {
      set_num_threads(threads);
      CHECK(reference::same(run().coef, path.coef));
    }
    set_num_threads(0);
  }
}

TEST_CASE("inverse: A^-1 A = I, with zero rows for dependent columns") {
  const std::function<bool()> never;
  Poller poll(never, "[test]");
  const std::vector<double> a = {4, 1, 0, 1, 3, 1, 0, 1, 2}, b = inverse(a, 3, poll);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < 3; ++k) sum += a[i * 3 + k] * b[k * 3 + j];
      CHECK(sum == doctest::Approx(i == j ? 1.0 : 0.0).scale(1));
    }
  CHECK(inverse({2, 2, 2, 2}, 2, poll)[3] == 0);
}

TEST_CASE("generalised linear models refuse bad input with a sentence") {
  const Problem problem(GlmLoss::kLogistic);
  const auto run = [&](const GlmTask& task, const PathOptions& o, double first = 0) {
    std::vector<double> y = problem.y;
    y[0] = first;
    return glm_path(*problem.design(), y.data(), nullptr, task, {}, o);
  };
  CHECK_THROWS_WITH_AS(run({}, options(), 0.5), "[fit] y must be 0 or 1, y[0] = 0.5", InvalidInput);
  CHECK_THROWS_AS(run({GlmLoss::kMultinomial, 1}, options()), InvalidInput);
  CHECK_THROWS_AS(run({GlmLoss::kMultinomial, 2}, options(), 2), InvalidInput);
  CHECK_THROWS_AS(run({GlmLoss::kPoisson}, options(), -1), InvalidInput);
  CHECK_THROWS_AS(run(Problem(GlmLoss::kHuber).task, options(), NAN), InvalidInput);
  GlmLoss huber = GlmLoss::kHuber;
  huber.epsilon = 1;
  CHECK_THROWS_AS(run({huber}, options()), InvalidInput);
  CHECK_THROWS_AS(run({GlmLoss::kSquaredHinge, 2, 1.0}, options()),
                  InvalidInput);  // a constant column and an intercept
  PathOptions o = options();
  o.poll = [] { return true; };
  o.count = 1000000, o.eps = 1e-9;
  CHECK_THROWS_AS(run({}, o), Interrupted);
}

TEST_CASE("cross-validation fits on the training rows, scores the test rows and can be interrupted") {
  for (const GlmLoss::Kind loss : kLosses) {
    const Problem problem(loss);
    const auto design = problem.design();
    std::vector<double> train(kRows, 1.0), test(kRows);
    for (std::size_t i = 0; i < kRows; i += 3) train[i] = 0, test[i] = 2;
    const double top = glm_path(*design, problem.y.data(), train.data(), problem.task, {}, options()).alphas[0];
    PathOptions o = options();
    o.alphas = {0.9 * top, 0.7 * top};
    const LinearPath path = glm_path(*design, problem.y.data(), train.data(), problem.task, {}, o);
    const std::vector<GlmFold> folds(3, GlmFold{{train.data(), test.data()}, o.alphas});
    for (const int threads : {1, 3}) {
      set_num_threads(threads);
      for (const GlmFoldPath& fold : cross_validate(*design, problem.y.data(), folds, problem.task, {}, options())) {
        CHECK(reference::same(fold.path.coef, path.coef));
        REQUIRE(fold.loss.size() == 2);
        std::vector<double> z(path.outputs * kRows), share(kRows);
        for (std::size_t i = 0; i < kRows; i += 3) share[i] = 3.0 / static_cast<double>((kRows + 2) / 3 * 3);
        for (std::size_t k = 0; k < path.outputs; ++k)
          predict(*design, path.coef.data() + (path.outputs + k) * path.cols, path.intercept[path.outputs + k],
                  z.data() + k * kRows);
        const double mean = make_datafit(problem.task, problem.y.data(), share)->derive(z.data());
        CHECK(fold.loss[1] == doctest::Approx(mean).epsilon(1e-12));
      }
      PathOptions endless = options();
      endless.poll = [] { return true; };
      std::vector<GlmFold> many = folds;
      for (auto& fold : many) fold.alphas.assign(20000, 0.5 * top);
      CHECK_THROWS_AS(cross_validate(*design, problem.y.data(), many, problem.task, {}, endless), Interrupted);
    }
    set_num_threads(0);
  }
}

namespace {

// A loss that counts its evaluations and may return wrong derivatives.
class Counted final : public Datafit {
 public:
  enum Kind { kHonest, kRises, kNever, kNan, kHeldForever };
  Counted(Kind kind, std::size_t row_count)
      : Datafit(std::vector<double>(row_count, 1.0 / static_cast<double>(row_count)), 1), kind_(kind) {}
  double derive(const double* z) override {
    ++derived;
    double loss = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      const double r = z[i] - (i % 2 == 0 ? 1.0 : -1.0);
      loss += 0.5 * normalized_weight[i] * r * r, gradient[i] = normalized_weight[i] * r,
                                                  hessian_state[i] = normalized_weight[i];
      if (kind_ == kNever) gradient[i] = normalized_weight[i] * (static_cast<double>(derived % 7) - 3);
      if (kind_ == kNan) gradient[i] = NAN;
    }
    return kind_ == kRises ? static_cast<double>(derived) : kind_ == kNan ? NAN : loss;
  }
  double divergence(double) const override { return kind_ == kHonest ? 0 : kind_ == kNan ? NAN : 1; }
  void curvature(const std::vector<double>& from, std::size_t, std::size_t, double* out) const override {
    std::copy(from.begin(), from.end(), out);
  }
  double curvature_bound() const override { return 1; }
  bool scale_floored() const override { return kind_ == kHeldForever; }

  std::size_t derived = 0;

 private:
  const Kind kind_;
};

}  // namespace

TEST_CASE("for any loss, also a wrong one, max_iter bounds the steps and evaluations") {
  const Problem problem(GlmLoss::kHuber);
  const auto design = problem.design();
  for (const auto kind : {Counted::kHonest, Counted::kRises, Counted::kNever, Counted::kNan, Counted::kHeldForever})
    for (const double ratio : {0.0, 0.5, 1.0})
      for (const double tol : {1e-4, 0.0, -1.0})
        for (const std::size_t steps : {1, 10}) {
          INFO("kind ", kind, ", l1_ratio ", ratio, ", tol ", tol, ", max_iter ", steps);
          PathOptions o = options();
          o.alphas = {1e-3, 1e-6, 0.0}, o.tol = tol, o.max_iter = steps;
          Poller poll(o.poll, "[test]");
          const GlmData data(*design, nullptr, true, poll);
          Counted fit(kind, kRows);
          ElasticNetPenalty penalty;
          penalty.l1_ratio = ratio;
          GlmProblem path_problem(data, fit, penalty, o, poll);
          LinearPath path;
          PathDriver(path_problem, o).run(path, [](std::size_t) {});
          for (const std::size_t made : path.iterations) CHECK(made <= steps);
          // A Newton step tries 30 lengths and fits the intercept twice, 60 iterations of 30 halvings each; a floored
          // scale is released up to 1000 times.
          const std::size_t rounds = 3 * (steps + kCols + 16);
          CHECK(fit.derived <= rounds * (kind == Counted::kHeldForever ? 1020 : 20) * 4000);
        }
}
