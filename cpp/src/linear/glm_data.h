// X as a generalised linear model's solver sees it: dense columns less their weighted means where there is an
// intercept. A coefficient's number is output * cols + column.
#pragma once

#include "linear/design.h"

namespace proxnet {

class GlmData {
 public:
  // Throws InvalidInput where the weights, or a column, are not finite.
  GlmData(const Design& x, const double* sample_weight, bool fit_intercept, Poller& poll);

  // Of all coefficients: out[k * cols + j] = column j . v[k * rows ...]
  void all_dots(const double* v, std::size_t outputs, double* out, Poller& poll) const;
  // out[s] for coefficient list[s]
  void some_dots(const Columns& list, const double* v, double* out, Poller& poll) const;

  // Whether the intercepts stand for a column already: its derivatives are zero.
  bool is_flat(std::size_t j) const { return !flat_.empty() && flat_[j]; }

  const Design& x;
  const std::size_t rows, cols;
  const bool has_intercept;
  std::vector<double> share;  // of the rows in the weight of all: sum 1
  std::vector<double> mean;   // what is taken off the columns: zeros without an intercept and where sparse

 private:
  std::vector<bool> flat_;  // empty: none
};

}  // namespace proxnet
