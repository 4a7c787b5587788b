// Where training rows come from: anything that can copy the rows of given indices into a buffer.
#pragma once

#include <cstddef>

#include "proxnet/error.h"
#include "proxnet/matrix.h"

namespace proxnet {

template <class T> class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual std::size_t rows() const = 0;
  virtual std::size_t cols() const = 0;
  // out[k * stride + j] = row index[k], column j. Called by several threads at once.
  virtual void gather(const std::size_t* index, std::size_t count, T* out, std::size_t stride) const = 0;
  // Throws InvalidInput "[operation] name must be finite, name[i, j] = value" at the first number that is not.
  virtual void check_finite(const char* operation, const char* name) const = 0;
};

// Rows of a matrix in memory, which is neither copied nor written and must outlive the source.
template <class T> class PROXNET_EXPORT DenseRows final : public RowSource<T> {
 public:
  explicit DenseRows(ConstMatrixView<T> x) : x_(x) {}
  std::size_t rows() const override { return x_.rows; }
  std::size_t cols() const override { return x_.cols; }
  void gather(const std::size_t* index, std::size_t count, T* out, std::size_t stride) const override;
  void check_finite(const char* operation, const char* name) const override;
  ConstMatrixView<T> view() const { return x_; }

 private:
  ConstMatrixView<T> x_;
};

}  // namespace proxnet
