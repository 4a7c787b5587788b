// Losses with one prediction per row: a subclass evaluates phi on a block of rows, the base weights and sums.
#pragma once

#include "linear/datafit/datafit.h"

namespace proxnet {

// +1 for y = 1, -1 for y = 0
inline double label_sign(double y) { return y > 0 ? 1 : -1; }

class RowDatafit : public Datafit {
 public:
  static constexpr std::size_t kBlock = 512;

  RowDatafit(std::vector<double> normalized_weights, std::vector<double> targets)
      : Datafit(std::move(normalized_weights), 1), y(std::move(targets)), loss_(rows), derivative_(rows), z_(rows) {}

  double derive(const double* z) override;
  double divergence(double cut) const override;
  void curvature(const std::vector<double>& from, std::size_t, std::size_t, double* out) const override {
    for (std::size_t i = 0; i < rows; ++i) out[i] = from[i];
  }

 protected:
  // Fits the scale at predictions z, for losses that have one.
  virtual void fit_scale(const double*) {}
  // phi, phi' and phi'' of n <= kBlock rows, unweighted.
  virtual void losses(std::size_t n, const double* y, const double* z, double* loss, double* derivative,
                      double* second) const = 0;
  // phi(z) + phi*(v) - v z per row, v = (1 - cut) * derivative, for n <= kBlock rows, unweighted.
  virtual void divergences(std::size_t n, const double* y, const double* z, const double* derivative, double cut,
                           double* out) const = 0;

  // Divergences of all rows, (rows); 0 where the weight is 0.
  void divergences_of(double cut, double* out) const;

  const std::vector<double> y;

 private:
  std::vector<double> loss_, derivative_, z_;
};

}  // namespace proxnet
