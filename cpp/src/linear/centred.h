// The problem as the solver sees it: rows times sqrt(weight), columns and target less their weighted means, and nothing
// of it stored but the target. Weights are rescaled to the sum `rows`. Where standardised, columns are divided by their
// standard deviation as well.
#pragma once

#include <vector>

#include "linear/design.h"

namespace proxnet {

class Centred {
 public:
  // Throws InvalidInput where y, the weights, or a column that has a say are not finite.
  Centred(const Design& x, const double* y, const double* sample_weight, bool fit_intercept, Poller& poll,
          bool standardize = false);

  // out[j] = column j (centred, weighted) . r
  void all_dots(const double* r, double* out, Poller& poll) const;
  // The same with the target.
  std::vector<double> target_dots(Poller& poll) const;
  void some_dots(const Columns& list, const double* r, double* out, Poller& poll) const;
  // Squared norms of all columns.
  std::vector<double> squares(Poller& poll) const;
  // r -= sum_k a[k] * column list[k]
  void subtract(const Columns& list, const double* a, double* r, Poller& poll) const;
  // Dense columns, out[k * stride + i].
  void gather(const Columns& list, double* out, std::size_t stride) const;
  void read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, double* out,
                  std::size_t stride) const {
    x.read_block(first, last, begin, end, mean.data(), scale_or_null(), out, stride);
    for (std::size_t i = 0; i < last - first && !deviation.empty(); ++i)
      for (std::size_t j = begin; j < end; ++j) out[i * stride + j] /= deviation[j];
    for (std::size_t i = 0; i < last - first && !flat_.empty(); ++i)
      for (std::size_t j = begin; j < end; ++j)
        if (flat_[j]) out[i * stride + j] = 0;
  }
  // Whether nothing but rounding is left of a column: it is zero in all that is asked here.
  bool is_flat(std::size_t j) const { return !flat_.empty() && flat_[j]; }
  // The divisor of a column.
  double unit(std::size_t j) const { return deviation.empty() ? 1.0 : deviation[j]; }
  // mean of y less the means of the columns times coef, which is on the scale of X
  double intercept(const double* coef) const;

  const Design& x;
  const std::size_t rows, cols;
  std::vector<double> weight;  // rescaled; empty: all 1
  std::vector<double> scale;   // their square roots
  std::vector<double> mean;    // of the columns; zeros without an intercept
  // Weighted, about the means also without an intercept; 1 of constant columns; empty where not standardised.
  std::vector<double> deviation;
  std::vector<double> target;  // scale * (y - mean of y)
  double target_mean = 0, target_square = 0;

 private:
  const double* scale_or_null() const { return scale.empty() ? nullptr : scale.data(); }
  // scale * r, and its sum
  const double* weighted(const double* r, std::vector<double>& room, double& sum) const;

  std::vector<bool> flat_;  // empty: none
};

}  // namespace proxnet
