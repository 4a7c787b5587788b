// The weighted, centered least-squares problem: X~ = diag(scale) (X - 1 mean') / column_scale and target = scale * (y -
// mean of y), with scale = sqrt(weight) and weights that sum to `rows`. Only the target is stored; X~ is applied on the
// fly. With unpenalized columns X~ and the target are projected onto the complement of their span; those columns become
// zero.
#pragma once

#include <vector>

#include "linear/design/unpenalized_columns.h"

namespace proxnet {

class CenteredDesign {
 public:
  // Throws InvalidInput if y, the weights or a column with nonzero weight are not finite.
  CenteredDesign(const Design& x, const double* y, const double* sample_weight, bool fit_intercept, Poller& poll,
                 bool standardize = false, const Columns& unpenalized_columns = {});

  // out[j] = X~[:, j] . r, for all columns and for those of a list.
  void all_dots(const double* r, double* out, Poller& poll) const;
  // X~' target
  std::vector<double> target_dots(Poller& poll) const;
  void some_dots(const Columns& list, const double* r, double* out, Poller& poll) const;
  // Squared norms of the columns of X~.
  std::vector<double> squares(Poller& poll) const;
  // r -= sum_k a[k] * X~[:, list[k]]
  void subtract(const Columns& list, const double* a, double* r, Poller& poll) const;
  // out[k * stride + i] = X~[i, list[k]]; read_block: rows [first, last) of columns [begin, end), row-major.
  void gather(const Columns& list, double* out, std::size_t stride) const;
  void read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, double* out,
                  std::size_t stride) const;
  // Whether column j is eliminated: constant (the intercept covers it) or unpenalized. It is zero in all products here.
  bool is_eliminated(std::size_t j) const { return !eliminated_.empty() && eliminated_[j]; }
  // Whether `square` = |X~[:, j]|^2 is only rounding of the part that the unpenalized columns explain.
  bool vanishes(std::size_t j, double square) const {
    return unpenalized.size() > 0 &&
           square <= UnpenalizedColumns::kRounding * UnpenalizedColumns::kRounding * explained[j];
  }
  // y -= B B'y for the orthonormal basis B of the unpenalized columns, exactly zero where only rounding is left;
  // returns B'y.
  std::vector<double> project_out(double* y, Poller& poll) const;
  // Sets the coefficients of the unpenalized columns given the others; with_target: B'y as project_out returned it.
  void complete(const std::vector<double>& with_target, double* coef) const;
  // Passes over a column that gather() makes.
  std::size_t gather_passes() const { return 1 + unpenalized.size(); }
  // The divisor of column j: its standard deviation where standardized, else 1.
  double column_scale(std::size_t j) const { return deviation.empty() ? 1.0 : deviation[j]; }
  // mean of y - mean' coef, coef on the scale of X
  double intercept(const double* coef) const;

  const Design& x;
  const std::size_t rows, cols;
  std::vector<double> weight;  // (rows), sum `rows`; empty: all 1
  std::vector<double> scale;   // sqrt(weight)
  std::vector<double> mean;    // (cols); zeros without an intercept
  // (cols), weighted standard deviations, about the means even without an intercept; 1 for constant columns. Empty if
  // not standardized.
  std::vector<double> deviation;
  std::vector<double> target;  // scale * (y - mean of y)
  double target_mean = 0, target_square = 0;
  UnpenalizedColumns unpenalized;
  std::vector<double> target_projection;  // B'target
  std::vector<double> along;              // (unpenalized.size(), cols): B' times the columns
  std::vector<double> explained;          // (cols): sum_a along[a, j]^2

 private:
  const double* scale_or_null() const { return scale.empty() ? nullptr : scale.data(); }
  // Returns scale * r, in `scratch` if weighted, and its sum.
  const double* weighted(const double* r, std::vector<double>& scratch, double& sum) const;
  // -B'r
  std::vector<double> minus_projection(const double* r, Poller& poll) const;

  std::vector<bool> eliminated_;  // empty: none
};

}  // namespace proxnet
