// X for generalised linear models: dense columns are centered by their weighted means if there is an intercept.
// Coefficient (output k, column j) has index k * cols + j. The intercept and the unpenalized columns move the
// predictions along `directions`: a column of ones and the orthonormal basis of the unpenalized columns.
#pragma once

#include "linear/design/unpenalized_columns.h"

namespace proxnet {

class GlmData {
 public:
  // Throws InvalidInput if the weights or a column are not finite.
  GlmData(const Design& x, const double* sample_weight, bool fit_intercept, Poller& poll,
          const Columns& unpenalized_columns = {});

  // out[k * cols + j] = X[:, j] . v[k * rows ...] for all coefficients; 0 for eliminated columns.
  void all_dots(const double* v, std::size_t outputs, double* out, Poller& poll) const;
  // out[s] = the same for coefficient list[s]
  void some_dots(const Columns& list, const double* v, double* out, Poller& poll) const;

  // Whether column j is constant or unpenalized: the directions cover it, and its derivatives are zero here.
  bool is_eliminated(std::size_t j) const { return !eliminated_.empty() && eliminated_[j]; }

  // Direction 0 is the intercept's, if any; the unpenalized basis follows.
  std::size_t directions() const { return (has_intercept ? 1 : 0) + unpenalized.size(); }
  // direction d . v; out[d] = that for all directions
  double along(std::size_t d, const double* v) const;
  void along(const double* v, double* out) const;
  // direction d * v elementwise; returns v itself for the intercept, else `scratch`.
  const double* times(std::size_t d, const double* v, std::vector<double>& scratch) const;
  // z += by * direction d
  void move(std::size_t d, double by, double* z) const;

  const Design& x;
  const std::size_t rows, cols;
  const bool has_intercept;
  std::vector<double> normalized_weight;  // (rows), sum 1
  // (cols), subtracted from the columns: zeros without an intercept and, except for unpenalized columns, for sparse X.
  std::vector<double> mean;
  UnpenalizedColumns unpenalized;

 private:
  const double* direction(std::size_t d) const {
    return has_intercept ? (d == 0 ? nullptr : unpenalized.vector(d - 1)) : unpenalized.vector(d);
  }

  std::vector<bool> eliminated_;  // empty: none
};

}  // namespace proxnet
