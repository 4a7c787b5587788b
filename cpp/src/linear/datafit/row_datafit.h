// Losses with one prediction a row: a class says what a block of rows loses, the base does the rest.
#pragma once

#include "linear/datafit/datafit.h"

namespace proxnet {

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
  // What the loss fits by itself at these predictions.
  virtual void fit_scale(const double*) {}
  // Unweighted loss, first and second derivative of n <= kBlock rows.
  virtual void losses(std::size_t n, const double* y, const double* z, double* loss, double* derivative,
                      double* second) const = 0;
  // Unweighted divergences of n <= kBlock rows at predictions z, where the loss has this first derivative.
  virtual void divergences(std::size_t n, const double* y, const double* z, const double* derivative, double cut,
                           double* out) const = 0;

  // Of all rows, 0 where the weight is.
  void divergences_of(double cut, double* out) const;

  const std::vector<double> y;

 private:
  std::vector<double> loss_, derivative_, z_;
};

}  // namespace proxnet
