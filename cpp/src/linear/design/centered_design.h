// The problem as the solver sees it: rows times sqrt(weight), columns and target less their weighted means, and nothing
// of it stored but the target. Weights are rescaled to the sum `rows`. Where standardised, columns are divided by their
// standard deviation as well. What columns that are not penalised explain is taken off all others and the target: they
// themselves are zero.
#pragma once

#include <vector>

#include "linear/design/unpenalized_columns.h"

namespace proxnet {

class CenteredDesign {
 public:
  // Throws InvalidInput where y, the weights, or a column that has a say are not finite.
  CenteredDesign(const Design& x, const double* y, const double* sample_weight, bool fit_intercept, Poller& poll,
                 bool standardize = false, const Columns& unpenalized_columns = {});

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
                  std::size_t stride) const;
  // Whether the intercept, or the basis of the free columns, stands for a column: it is zero in all that is asked here.
  bool is_eliminated(std::size_t j) const { return !eliminated_.empty() && eliminated_[j]; }
  // Whether a column whose squared norm is this is nothing but rounding of what the free columns explain.
  bool vanishes(std::size_t j, double square) const {
    return unpenalized.size() > 0 &&
           square <= UnpenalizedColumns::kRounding * UnpenalizedColumns::kRounding * explained[j];
  }
  // y less what the free columns explain of it, zeros where that leaves rounding; their products with it.
  std::vector<double> project_out(double* y, Poller& poll) const;
  // Sets the free columns' coefficients beside those of the rest; with_target: what project_out said.
  void complete(const std::vector<double>& with_target, double* coef) const;
  // Over a column to gather it.
  std::size_t gather_passes() const { return 1 + unpenalized.size(); }
  // The divisor of a column.
  double column_scale(std::size_t j) const { return deviation.empty() ? 1.0 : deviation[j]; }
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
  UnpenalizedColumns unpenalized;
  std::vector<double> target_projection;  // what project_out said of the target
  std::vector<double> along;              // (free.size(), cols): products of the free columns' basis with every column
  std::vector<double> explained;          // what they explain of every column's square

 private:
  const double* scale_or_null() const { return scale.empty() ? nullptr : scale.data(); }
  // scale * r, and its sum
  const double* weighted(const double* r, std::vector<double>& scratch, double& sum) const;
  // Minus the products of the free columns' basis with r.
  std::vector<double> less(const double* r, Poller& poll) const;

  std::vector<bool> eliminated_;  // empty: none
};

}  // namespace proxnet
