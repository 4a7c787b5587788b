// The columns that are not penalised, as an orthonormal basis of what they span: the rest of the problem is seen less
// its projection on it, and their coefficients follow from the rest's. Memory: rows times their number.
#pragma once

#include <functional>

#include "linear/design/design.h"
#include "ops/buffer.h"

namespace proxnet {

class UnpenalizedColumns {
 public:
  // Columns of X where they are wanted: the first at `out`, the next at `out + stride`.
  using Gather = std::function<void(const Columns&, double* out, std::size_t stride)>;

  UnpenalizedColumns() = default;
  // rounding: of every column of `list`, the norm that may be nothing but rounding. weight: of the rows in every
  // product, null for ones; it must outlive this. Columns that depend on those before them are left out: their
  // coefficients are 0.
  UnpenalizedColumns(Columns list, const std::vector<double>& rounding, std::size_t row_count, const double* row_weight,
                     const Gather& gather, Poller& poll);

  const Columns& columns() const { return list_; }
  std::size_t size() const { return leading_.size(); }  // of the basis
  const double* vector(std::size_t a) const { return basis_[a]; }
  const std::vector<const double*>& basis() const { return basis_; }
  // out[a] = vector a . r
  void products(const double* r, double* out, Poller& poll) const;
  // r less its projection, twice, so that rounding is all that is left; what was taken off, in the basis.
  std::vector<double> project_out(double* r, Poller& poll) const;
  // Sets the coefficients of these columns, whose sum is to be the sum of c[a] * vector a.
  void coefficients(std::vector<double> c, double* coef) const;

  static constexpr double kRounding = 1e-12;  // the share of a column's norm that is no more than rounding

 private:
  std::size_t rows_ = 0;
  const double* weight_ = nullptr;
  Columns list_, leading_;  // leading: column a is the sum of upper_[a][0] * vector 0 to upper_[a][a] * vector a
  std::vector<std::vector<double>> upper_;
  Buffer<double> storage_;
  std::vector<const double*> basis_;
};

}  // namespace proxnet
