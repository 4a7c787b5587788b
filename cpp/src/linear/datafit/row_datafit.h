// Losses with one prediction a row: a class says what a block of rows loses, the base does the rest.
#pragma once

#include "linear/datafit/datafit.h"

namespace proxnet {

class RowDatafit : public Datafit {
 public:
  static constexpr std::size_t kBlock = 512;

  RowDatafit(std::vector<double> share_of_rows, std::vector<double> targets)
      : Datafit(std::move(share_of_rows), 1), y(std::move(targets)), loss_(rows), slope_(rows) {}

  double derive(const double* z) override;
  double conjugate(double c) const override;
  void curvature(const std::vector<double>& from, std::size_t, std::size_t, double* out) const override {
    for (std::size_t i = 0; i < rows; ++i) out[i] = from[i];
  }

 protected:
  // What the loss fits by itself at these predictions.
  virtual void settle(const double*) {}
  // Unweighted loss, first and second derivative of n <= kBlock rows.
  virtual void losses(std::size_t n, const double* y, const double* z, double* loss, double* slope,
                      double* second) const = 0;
  // Unweighted conjugates at v.
  virtual void conjugates(std::size_t n, const double* y, const double* v, double* out) const = 0;

  const std::vector<double> y;

 private:
  std::vector<double> loss_, slope_;
};

}  // namespace proxnet
