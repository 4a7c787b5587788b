// X as a generalised linear model's solver sees it: dense columns less their weighted means where there is an
// intercept. A coefficient's number is output * cols + column. Columns that are not penalised move the predictions
// along directions of their own, as the intercept does along a column of ones.
#pragma once

#include "linear/design/unpenalized_columns.h"

namespace proxnet {

class GlmData {
 public:
  // Throws InvalidInput where the weights, or a column, are not finite.
  GlmData(const Design& x, const double* sample_weight, bool fit_intercept, Poller& poll,
          const Columns& unpenalized_columns = {});

  // Of all coefficients: out[k * cols + j] = column j . v[k * rows ...]; 0 for those apart.
  void all_dots(const double* v, std::size_t outputs, double* out, Poller& poll) const;
  // out[s] for coefficient list[s]
  void some_dots(const Columns& list, const double* v, double* out, Poller& poll) const;

  // Whether the intercepts, or the basis of the free columns, stand for a column: its derivatives are zero.
  bool is_eliminated(std::size_t j) const { return !eliminated_.empty() && eliminated_[j]; }

  // That of the intercept is the first, the basis of the free columns follows.
  std::size_t directions() const { return (has_intercept ? 1 : 0) + unpenalized.size(); }
  // Direction d . v, and out[d] of all.
  double along(std::size_t d, const double* v) const;
  void along(const double* v, double* out) const;
  // Row by row direction d times v; in `room` where it is not v itself.
  const double* times(std::size_t d, const double* v, std::vector<double>& scratch) const;
  // z += by * direction d
  void move(std::size_t d, double by, double* z) const;

  const Design& x;
  const std::size_t rows, cols;
  const bool has_intercept;
  std::vector<double> normalized_weight;  // of the rows in the weight of all: sum 1
  // What is taken off the columns: zeros without an intercept and, but for free columns, where sparse.
  std::vector<double> mean;
  UnpenalizedColumns unpenalized;

 private:
  const double* direction(std::size_t d) const {
    return has_intercept ? (d == 0 ? nullptr : unpenalized.vector(d - 1)) : unpenalized.vector(d);
  }

  std::vector<bool> eliminated_;  // empty: none
};

}  // namespace proxnet
