// What a solver asks of X: products with its columns, in double, whatever its layout and number type.
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

  // out[j] = sum_i x[i][j] v[i] for all columns; threads share columns, so a column's bits do not depend on them.
  virtual void all_dots(const double* v, double* out, Poller& poll) const = 0;
  // The same for some columns: out[k] belongs to list[k].
  virtual void some_dots(const Columns& list, const double* v, double* out, Poller& poll) const = 0;
  // y[i] += sum_k a[k] * x[i][list[k]]; threads share rows, each a chain over the list.
  virtual void add(const Columns& list, const double* a, double* y, Poller& poll) const = 0;
  // Of one column: its product with v, and y[i] += a * weight[i] * x[i][j] (weight may be null for ones).
  virtual double dot(std::size_t j, const double* v) const = 0;
  virtual void add(std::size_t j, double a, const double* weight, double* y) const = 0;
  // out[k * stride + i] = scale[i] * (x[i][list[k]] - shift[k]); scale may be null for ones.
  virtual void gather(const Columns& list, const double* shift, const double* scale, double* out,
                      std::size_t stride) const = 0;
  // Row-major: out[(i - first) * stride + j] = scale[i] * (x[i][j] - shift[j]) for rows [first, last) and columns
  // [begin, end).
  virtual void read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, const double* shift,
                          const double* scale, double* out, std::size_t stride) const = 0;
  // Throws InvalidInput where a number is not finite.
  virtual void check_finite(Poller& poll) const;
  // Numbers stored: rows * cols where dense.
  virtual std::size_t stored() const = 0;
  bool dense() const { return stored() == rows * cols; }

  const std::size_t rows, cols;
};

// As the public function, within work that has a poll.
void predict(const Design& x, const double* coef, double intercept, double* out, Poller& poll);

// Throws InvalidInput unless all are finite; dots: of every column with a vector that is finite.
void check_finite(const Design& x, const std::vector<double>& dots);

}  // namespace proxnet
