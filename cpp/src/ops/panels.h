// A kernel matrix (rows, cols) as training holds it: panels of kPanel columns, each panel row after row, zero padded.
#pragma once

#include <cstddef>

#include "kernels/kernel_table.h"
#include "ops/buffer.h"

namespace proxnet {

template <class T> struct Panels {
  Panels() = default;
  Panels(std::size_t matrix_rows, std::size_t matrix_cols)
      : rows(matrix_rows), cols(matrix_cols), values(rows * round_up(cols, kPanel<T>)) {}

  std::size_t count() const { return (cols + kPanel<T> - 1) / kPanel<T>; }
  // Columns of panel p that exist.
  std::size_t width(std::size_t p) const { return p + 1 < count() ? kPanel<T> : cols - p * kPanel<T>; }
  std::size_t offset(std::size_t p, std::size_t row) const { return (p * rows + row) * kPanel<T>; }
  T* at(std::size_t p, std::size_t row) { return values.data() + offset(p, row); }
  const T* at(std::size_t p, std::size_t row) const { return values.data() + offset(p, row); }

  // From and to row-major order.
  void pack(const T* matrix, std::size_t stride) {
    for (std::size_t p = 0; p < count(); ++p)
      for (std::size_t i = 0; i < rows; ++i)
        std::memcpy(at(p, i), matrix + i * stride + p * kPanel<T>, width(p) * sizeof(T));
  }
  void unpack(T* matrix, std::size_t stride) const {
    for (std::size_t p = 0; p < count(); ++p)
      for (std::size_t i = 0; i < rows; ++i)
        std::memcpy(matrix + i * stride + p * kPanel<T>, at(p, i), width(p) * sizeof(T));
  }

  std::size_t rows = 0, cols = 0;
  Buffer<T> values;
};

}  // namespace proxnet
