// An orthonormal basis B of the span of the unpenalized columns, (rows, size). Solvers work on the complement of that
// span; the coefficients of these columns follow from the others'. Memory: O(rows * n_unpenalized).
#pragma once

#include <functional>

#include "linear/design/design.h"
#include "ops/buffer.h"

namespace proxnet {

class UnpenalizedColumns {
 public:
  // Gathers columns of X: the k-th of the list at out + k * stride.
  using Gather = std::function<void(const Columns&, double* out, std::size_t stride)>;

  UnpenalizedColumns() = default;
  // rounding[k]: norm below which column list[k] is only rounding. row_weight: weights of all inner products, null for
  // ones; must outlive this. Redundant (collinear) columns are dropped; they get coefficient 0.
  UnpenalizedColumns(Columns list, const std::vector<double>& rounding, std::size_t row_count, const double* row_weight,
                     const Gather& gather, Poller& poll);

  const Columns& columns() const { return list_; }
  std::size_t size() const { return leading_.size(); }  // of the basis
  const double* vector(std::size_t a) const { return basis_[a]; }
  const std::vector<const double*>& basis() const { return basis_; }
  // out[a] = B[:, a] . r
  void products(const double* r, double* out, Poller& poll) const;
  // r -= B B'r, twice, so that only rounding is left; returns B'r.
  std::vector<double> project_out(double* r, Poller& poll) const;
  // Sets coef of these columns so that their combination equals B c.
  void coefficients(std::vector<double> c, double* coef) const;

  static constexpr double kRounding = 1e-12;  // relative norm below which a projected column is rounding

 private:
  std::size_t rows_ = 0;
  const double* weight_ = nullptr;
  Columns list_, leading_;  // X[:, leading_[a]] = sum over b <= a of upper_[a][b] * B[:, b]
  std::vector<std::vector<double>> upper_;
  Buffer<double> storage_;
  std::vector<const double*> basis_;
};

}  // namespace proxnet
