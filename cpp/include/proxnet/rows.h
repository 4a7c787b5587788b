// Sources of rows, for training and evaluation.
#pragma once

#include <cstddef>

#include "proxnet/error.h"
#include "proxnet/matrix.h"

namespace proxnet {

// Rows in panels of kWidth columns: element (r, j) is data[j / kWidth * panel_step + r * row_step + j % kWidth].
// panel_step == kWidth: contiguous rows at a distance of row_step.
template <class T> struct RowPanels {
  static constexpr std::size_t kWidth = 128 / sizeof(T);
  T* data = nullptr;
  std::size_t row_step = 0, panel_step = kWidth;

  T* at(std::size_t panel, std::size_t row) const { return data + panel * panel_step + row * row_step; }
  RowPanels from(std::size_t row) const { return {at(0, row), row_step, panel_step}; }
  operator RowPanels<const T>() const { return {data, row_step, panel_step}; }
};

template <class T> class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual std::size_t rows() const = 0;
  virtual std::size_t cols() const = 0;
  // Row k of out = row index[k]. Called by several threads at once.
  virtual void gather(const std::size_t* index, std::size_t count, RowPanels<T> out) const = 0;
  // The address of row i, for prefetching; null if it is not in memory.
  virtual const T* row(std::size_t /*i*/) const { return nullptr; }
  // Throws InvalidInput "[operation] name must be finite, name[i, j] = value" for the first number that is not.
  virtual void check_finite(const char* operation, const char* name) const = 0;
};

// Rows of a matrix in memory, which is not copied and must outlive the source.
template <class T> class PROXNET_EXPORT DenseRows final : public RowSource<T> {
 public:
  explicit DenseRows(ConstMatrixView<T> x) : x_(x) {}
  std::size_t rows() const override { return x_.rows; }
  std::size_t cols() const override { return x_.cols; }
  void gather(const std::size_t* index, std::size_t count, RowPanels<T> out) const override;
  void check_finite(const char* operation, const char* name) const override;
  const T* row(std::size_t i) const override { return x_.row(i); }
  ConstMatrixView<T> view() const { return x_; }

 private:
  ConstMatrixView<T> x_;
};

}  // namespace proxnet
