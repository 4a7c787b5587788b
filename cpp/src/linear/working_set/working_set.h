// Working set of columns of least squares with their Gram matrix.
#pragma once

#include "linear/design/centered_design.h"
#include "linear/working_set/quadratic.h"

namespace proxnet {

class WorkingSet : public Quadratic {
 public:
  // all_correlations: X'y, (cols)
  WorkingSet(const CenteredDesign& data, const std::vector<double>& all_correlations, std::size_t gram_columns);

  // Adds columns with coefficient 0; those inside are left alone.
  void add(const Columns& columns, Poller& poll);
  // Adds all columns: G = X'X as one blocked product over the rows.
  void add_all(Poller& poll);

  bool has(std::size_t column) const { return index_[column] != kOutside; }
  std::size_t index(std::size_t column) const { return index_[column]; }
  // Sets of at most `gram_columns` columns have a Gram matrix; neg_gradient and gram() are valid only then.
  bool has_gram() const { return size() <= gram_columns_; }
  // Column k, centered and weighted; dense designs without add_all() only.
  const double* column(std::size_t k) const { return columns_.data() + k * column_step_; }
  // Appends the squared norms of the columns that `out` does not hold yet.
  void squares(std::vector<double>& out, Poller& poll) const;
  // neg_gradient = correlation - G w
  void refresh_gradient();
  // r = target - X_S w
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

// Whether a least-squares path should start with the Gram matrix of all columns. A pass over X costs n p / 7.5e9 s, X'X
// costs n p^2 / 1e11 s: at some 2 passes per alpha, X'X is cheaper up to about 25 columns per alpha.
inline bool full_gram_pays(const Design& x, std::size_t points, std::size_t max_columns) {
  return x.cols <= x.rows && x.cols <= max_columns && x.cols <= 25 * std::max<std::size_t>(points, 4) &&
         x.stored() * 8 >= x.rows * x.cols;
}

}  // namespace proxnet
