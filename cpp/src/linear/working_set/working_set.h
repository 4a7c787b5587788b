// The columns that may be non-zero, with their Gram matrix: the small problem that coordinate descent and Newton solve.
#pragma once

#include "linear/design/centered_design.h"
#include "linear/working_set/quadratic.h"

namespace proxnet {

class WorkingSet : public Quadratic {
 public:
  // all_correlations: every column's product with the target
  WorkingSet(const CenteredDesign& data, const std::vector<double>& all_correlations, std::size_t gram_columns);

  // Takes columns in, with coefficient 0; those inside already are left alone.
  void add(const Columns& columns, Poller& poll);
  // All columns at once, the Gram matrix as one blocked product over the rows.
  void add_all(Poller& poll);

  bool has(std::size_t column) const { return index_[column] != kOutside; }
  std::size_t index(std::size_t column) const { return index_[column]; }
  // Up to `gram_columns` columns have a Gram matrix; slope and gram() are of use only then.
  bool has_gram() const { return size() <= gram_columns_; }
  // CenteredDesign and weighted; of dense designs without add_all.
  const double* column(std::size_t k) const { return columns_.data() + k * column_step_; }
  // out[k] = squared norm of column k, for those that `out` does not hold yet
  void squares(std::vector<double>& out, Poller& poll) const;
  // slope = target correlation - Gram w
  void refresh_gradient();
  // r = target - columns w
  void residual(double* r, Poller& poll) const;

  std::vector<double> correlation;

 private:
  static constexpr std::size_t kOutside = static_cast<std::size_t>(-1);
  void grow(std::size_t count, Poller& poll);
  void gather(std::size_t first, Poller& poll);
  void fill_dense(std::size_t first, Poller& poll);
  void fill_sparse(std::size_t first, Poller& poll);

  const CenteredDesign& data_;
  const std::vector<double>& all_correlations_;
  const std::size_t column_step_, gram_columns_;
  std::vector<std::size_t> index_;
  Buffer<double> columns_;  // dense columns at k * column_step_
};

}  // namespace proxnet
