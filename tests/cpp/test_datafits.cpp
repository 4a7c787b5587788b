// The losses of generalised linear models are those of networks: equal predictions give equal values and gradients.
#include <doctest/doctest.h>

#include "linear/datafit/datafit.h"
#include "losses/loss_plan.h"
#include "ops/activations.h"
#include "reference.h"

using namespace proxnet;
using reference::Draws;

namespace {

constexpr std::size_t kRows = 200;

struct RowLoss {
  double value;
  std::vector<double> slope;  // by the outputs
};

RowLoss network_loss(const Loss& loss, const std::vector<double>& outputs, double y) {
  const std::size_t n = outputs.size();
  RowLoss row = {0, {}};
  loss_values(loss, ConstMatrixView<double>{&y, 1, 1, 1}, ConstMatrixView<double>{outputs.data(), 1, n, n}, &row.value);
  const LossPlan<double> plan = loss_plan<double>(loss, Activation(), n);
  Activations<double> h(1, n, Layout::kRows), d(1, n, Layout::kRows);
  std::copy_n(outputs.data(), n, h.row(0));
  const double one = 1;
  double value;
  LossRows<double> l = {};
  l.rows = 1, l.cols = n, l.h = h.row(0), l.h_row = h.step(), l.y = &y, l.y_row = 1, l.row_scale = &one;
  l.d = d.row(0), l.d_row = d.step(), l.row_loss = &value, l.scalars = plan.scalars;
  kernels<double>().loss[static_cast<int>(plan.kernel)](l);
  row.slope.assign(d.row(0), d.row(0) + n);
  return row;
}

// The network's loss of a row behind the activation of the loss; slope: derivative by the predictions z.
RowLoss expected(const GlmTask& task, const std::vector<double>& z, double y, double scale) {
  Loss loss;
  loss.delta = task.loss.epsilon;
  switch (task.loss.kind) {
    case GlmLoss::kPoisson: {
      loss.kind = Loss::kPoisson;
      constexpr double kEpsilon = 1e-7;  // Keras adds it to the output inside the logarithm
      const double mean = std::exp(z[0]);
      RowLoss row = network_loss(loss, {mean - kEpsilon}, y);
      row.value += kEpsilon + (y > 0 ? y * std::log(y) - y : 0.0);
      row.slope[0] *= mean;
      return row;
    }
    case GlmLoss::kHuber: {
      loss.kind = Loss::kHuber;
      RowLoss row = network_loss(loss, {z[0] / scale}, y / scale);
      row.value = scale * (1 + 2 * row.value), row.slope[0] *= 2;
      return row;
    }
    case GlmLoss::kSquaredHinge:
      loss.kind = Loss::kSquaredHinge;
      break;
    case GlmLoss::kLogistic:
      loss.kind = Loss::kBinaryCrossentropy, loss.from_logits = true;
      break;
    case GlmLoss::kMultinomial:
      loss.kind = Loss::kSparseCategoricalCrossentropy, loss.from_logits = true;
      break;
  }
  return network_loss(loss, z, y);
}

double target(const GlmTask& task, Draws& draws) {
  if (task.loss == GlmLoss::kHuber) return draws.uniform(-9, 9);
  if (task.loss == GlmLoss::kPoisson) return static_cast<double>(draws.below(5)) * 0.75;
  return static_cast<double>(draws.below(task.outputs() == 1 ? 2 : task.classes));
}

}  // namespace

TEST_CASE("a datafit is the network's loss of the same predictions, in value and gradient") {
  const GlmTask tasks[] = {{GlmLoss::kLogistic}, {GlmLoss::kMultinomial, 2}, {GlmLoss::kMultinomial, 5},
                           {GlmLoss::kPoisson},  {GlmLoss::kHuber},          {GlmLoss::kSquaredHinge}};
  Draws draws(17);  // seed 17
  for (const GlmTask& task : tasks) {
    const std::size_t outputs = task.outputs();
    std::vector<double> y(kRows), share = draws.vector<double>(kRows, 0, 1),
                                  z = draws.vector<double>(outputs * kRows, -6, 6);
    for (double& value : y) value = target(task, draws);
    z[0] = 0, z[1] = 1, z[2] = -1, share[3] = 0;  // the hinge's corners, a row without weight
    double total = 0;
    for (double s : share) total += s;
    for (double& s : share) s /= total;
    const auto fit = make_datafit(task, y.data(), share);
    const double value = fit->derive(z.data());
    double sum = 0;
    for (std::size_t i = 0; i < kRows; ++i) {
      std::vector<double> row(outputs);
      for (std::size_t k = 0; k < outputs; ++k) row[k] = z[k * kRows + i];
      const RowLoss network = expected(task, row, y[i], fit->scale());
      sum += share[i] * network.value;
      for (std::size_t k = 0; k < outputs; ++k)
        CHECK(fit->gradient[k * kRows + i] ==
              doctest::Approx(share[i] * network.slope[k]).epsilon(1e-12).scale(share[i] + 1e-300));
    }
    CHECK(value == doctest::Approx(sum).epsilon(1e-12));
  }
}
