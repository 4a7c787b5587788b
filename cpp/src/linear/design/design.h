// X as the solvers use it: products with its columns in double precision, for any layout and element type.
#pragma once

#include <cstddef>
#include <vector>

#include "proxnet/linear.h"
#include "runtime/poller.h"

namespace proxnet {

using Columns = std::vector<std::size_t>;

class Design {
 public:
  Design(std::size_t row_count, std::size_t col_count) : rows(row_count), cols(col_count) {}
  virtual ~Design() = default;
  Design(const Design&) = delete;
  Design& operator=(const Design&) = delete;

  // out[j] = sum_i x[i][j] v[i] for all columns. Threads split columns: the bits do not depend on their number.
  virtual void all_dots(const double* v, double* out, Poller& poll) const = 0;
  // out[k] = X[:, list[k]] . v
  virtual void some_dots(const Columns& list, const double* v, double* out, Poller& poll) const = 0;
  // y[i] += sum_k a[k] * x[i][list[k]]; threads split rows, each row is one summation chain over the list.
  virtual void add(const Columns& list, const double* a, double* y, Poller& poll) const = 0;
  // X[:, j] . v, and y[i] += a * weight[i] * x[i][j]; weight may be null for ones.
  virtual double dot(std::size_t j, const double* v) const = 0;
  virtual void add(std::size_t j, double a, const double* weight, double* y) const = 0;
  // out[k * stride + i] = scale[i] * (x[i][list[k]] - shift[k]); scale may be null for ones.
  virtual void gather(const Columns& list, const double* shift, const double* scale, double* out,
                      std::size_t stride) const = 0;
  // Row-major: out[(i - first) * stride + j] = scale[i] * (x[i][j] - shift[j]) for rows [first, last) and columns
  // [begin, end).
  virtual void read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, const double* shift,
                          const double* scale, double* out, std::size_t stride) const = 0;
  // Throws InvalidInput for an element that is not finite.
  virtual void check_finite(Poller& poll) const;
  // Stored elements: rows * cols if dense.
  virtual std::size_t stored() const = 0;
  bool dense() const { return stored() == rows * cols; }

  const std::size_t rows, cols;
};

// As the public function, with the caller's poller.
void predict(const Design& x, const double* coef, double intercept, double* out, Poller& poll);

// Throws InvalidInput unless all of `dots`, the products of the columns with a finite vector, are finite.
void check_finite(const Design& x, const std::vector<double>& dots);

}  // namespace proxnet
