// State of least squares: coefficients in a working set of columns, the residual y - X w and the negative gradients
// X'r. Shared by the least-squares problems of the path driver, as GlmPoint is by the others; a block is a column.
#pragma once

#include <algorithm>

#include "linear/penalty/duality_gap.h"
#include "linear/working_set/working_set.h"

namespace proxnet {

class LeastSquaresPoint {
 public:
  double scale() const { return static_cast<double>(data_.rows); }
  std::size_t blocks() const { return data_.cols; }
  bool has(std::size_t j) const { return set_.has(j); }
  bool all_active() const { return all_active_; }
  std::size_t max_new_blocks() const { return std::max<std::size_t>(64, set_.support().size()); }
  void add(const Columns& columns) { set_.add(columns, poll_); }
  // From the residual of the last update_residual(), or the Gram matrix of all columns.
  void update_gradient(const Columns& columns);
  void update_all_gradients();
  // (cols)
  std::vector<double> coefficients() const;

  std::vector<double> neg_gradient;

 protected:
  LeastSquaresPoint(const CenteredDesign& data, const PathOptions& options, std::size_t points, Poller& poll);
  // Adds columns with the coefficients w[j] and updates residual and gradients.
  void start_at(const Columns& columns, const double* w);
  // Recomputes the residual from the coefficients; not needed once the set holds the Gram matrix of all columns.
  void update_residual();
  // r.r and r.y of the residual.
  ResidualSquares residual_squares() const;

  const CenteredDesign& data_;
  Poller& poll_;
  const std::vector<double> correlation_;  // X'y, (cols)
  std::vector<double> residual_;           // (rows)
  WorkingSet set_;
  const bool all_active_;  // the set holds all columns from the start
};

}  // namespace proxnet
