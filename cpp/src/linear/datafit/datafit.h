// F(z) = sum_i normalized_weight[i] * phi(y[i], z[.][i]), the loss of a generalised linear model: value, gradient,
// Hessian and conjugate over all rows.
#pragma once

#include <memory>
#include <vector>

#include "proxnet/glm.h"

namespace proxnet {

// Floor on phi'' / |phi'|: saturated rows must not produce Newton steps longer than 1e8.
constexpr double kCurvatureFloor = 1e-8;

class Datafit {
 public:
  // normalized_weights: one per row, sum 1.
  Datafit(std::vector<double> normalized_weights, std::size_t output_count)
      : normalized_weight(std::move(normalized_weights)),
        rows(normalized_weight.size()),
        outputs(output_count),
        gradient(rows * outputs),
        hessian_state(rows * outputs) {}
  virtual ~Datafit() = default;
  Datafit(const Datafit&) = delete;
  Datafit& operator=(const Datafit&) = delete;

  // Returns F(z) for z (outputs, rows); sets gradient and hessian_state.
  virtual double derive(const double* z) = 0;
  // F(z) + F*(v) - v'z >= 0 (Fenchel-Young) at the z of the last derive(), for v = (1 - cut) * gradient and 0 <= cut <=
  // 1; it is 0 for cut = 0. Every term of the sum is >= 0, so that nothing cancels.
  virtual double divergence(double cut) const = 0;
  // out[i] = d2F / dz[k][i] dz[m][i], from the hessian_state that an earlier derive() left.
  virtual void curvature(const std::vector<double>& from, std::size_t k, std::size_t m, double* out) const = 0;
  // Upper bound on phi'' of an unweighted row over all z; infinite if there is none. Holds at the fitted scale of the
  // last derive().
  virtual double curvature_bound() const = 0;
  // Huber's scale is fitted jointly with the coefficients. floor_scale(least) keeps it >= least while coefficients are
  // being solved, release_scale() lowers that floor, and scale_floored() says whether the floor is active.
  virtual void floor_scale(double) {}
  virtual void release_scale() {}
  virtual bool scale_floored() const { return false; }
  // The fitted scale of Huber's loss at the last derive(); 1 for other losses.
  virtual double scale() const { return 1; }

  const std::vector<double> normalized_weight;
  const std::size_t rows, outputs;
  std::vector<double> gradient,
      hessian_state;  // (outputs, rows); hessian_state: weighted phi'', or softmax's probabilities
  // The fitted scale depends on z: the Hessian is hessian_state - coupling coupling'. Empty for losses without a scale.
  std::vector<double> coupling;
  // Curvature assumed on linear and constant pieces of the loss, relative to a quadratic that majorizes the loss for
  // any step.
  double stiffness = 1e-8, least_stiffness = 1e-8;
  // Fraction of the coupling term that is dropped: the full term can make steps far too long.
  double slack = 0.1;
};

std::unique_ptr<Datafit> make_datafit(const GlmTask& task, const double* y, std::vector<double> normalized_weight);

}  // namespace proxnet
