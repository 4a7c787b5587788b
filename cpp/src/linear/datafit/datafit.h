// The loss of a generalised linear model as its solver sees it: value, gradient, curvature and conjugate over all rows.
#pragma once

#include <memory>
#include <vector>

#include "proxnet/glm.h"

namespace proxnet {

// The least second derivative of a row, relative to its slope: rows that are nearly straight, far on the wrong side,
// must not ask for steps of more than 1e8 by themselves.
constexpr double kCurvatureFloor = 1e-8;

class Datafit {
 public:
  // share: one weight a row, with sum 1
  Datafit(std::vector<double> normalized_weights, std::size_t output_count)
      : normalized_weight(std::move(normalized_weights)),
        rows(normalized_weight.size()),
        outputs(output_count),
        gradient(rows * outputs),
        hessian_state(rows * outputs) {}
  virtual ~Datafit() = default;
  Datafit(const Datafit&) = delete;
  Datafit& operator=(const Datafit&) = delete;

  // The loss at predictions z, (outputs, rows); sets gradient and bend.
  virtual double derive(const double* z) = 0;
  // At the point z last derived, with v = (1 - cut) gradient and 0 <= cut <= 1: loss(z) + conjugate(v) - v'z, which is
  // >= 0 (Fenchel and Young) and 0 for cut = 0. Summed from terms that are all >= 0, so that nothing cancels.
  virtual double divergence(double cut) const = 0;
  // Of a bend kept from a derive: out[i] = second derivative of row i by predictions k and m.
  virtual void curvature(const std::vector<double>& from, std::size_t k, std::size_t m, double* out) const = 0;
  // What the second derivative of an unweighted row by one prediction nowhere exceeds, as last derived; infinite where
  // nothing does.
  virtual double curvature_bound() const = 0;
  // A number that the fit settles itself must not fall faster than the coefficients follow: hold() keeps it at
  // `least` or above, release_scale() lets it fall a bit, and held() says whether it would fall further.
  virtual void floor_scale(double) {}
  virtual void release_scale() {}
  virtual bool scale_floored() const { return false; }
  // Of kHuber, as last derived.
  virtual double scale() const { return 1; }

  const std::vector<double> normalized_weight;
  const std::size_t rows, outputs;
  std::vector<double> gradient, hessian_state;  // (outputs, rows)
  // Of losses that settle a number of their own, which moves with the predictions: their second derivative is that of
  // `bend` less coupling coupling'. Empty: there is none.
  std::vector<double> coupling;
  // Of losses with flat or straight pieces: the curvature that is assumed there, relative to what bounds the loss from
  // above however long the step.
  double stiffness = 1e-8, least_stiffness = 1e-8;
  // The share of the coupling that is left out: with all of it steps may be far too long.
  double slack = 0.1;
};

std::unique_ptr<Datafit> make_datafit(const GlmTask& task, const double* y, std::vector<double> normalized_weight);
std::unique_ptr<Datafit> make_softmax(const GlmTask& task, const double* y, std::vector<double> normalized_weight);

}  // namespace proxnet
