// A kernel matrix (rows, cols) in panels of kPanel columns, each panel row-major, zero padded.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "kernels/kernel_table.h"
#include "ops/buffer.h"
#include "runtime/poll_here.h"

namespace proxnet {

// From row-major order to panels, and back. The padding of the last panel stays. Poll per panel.
template <class T>
void pack_panels(const T* matrix, std::size_t stride, std::size_t rows, std::size_t cols, Buffer<T>& panels) {
  T* panel = panels.data();
  for (std::size_t first = 0; first < cols; first += kPanel<T>) {
    for (std::size_t i = 0; i < rows; ++i, panel += kPanel<T>)
      std::memcpy(panel, matrix + i * stride + first, std::min(kPanel<T>, cols - first) * sizeof(T));
    poll_here();
  }
}
template <class T>
void unpack_panels(const Buffer<T>& panels, std::size_t rows, std::size_t cols, T* matrix, std::size_t stride) {
  const T* panel = panels.data();
  for (std::size_t first = 0; first < cols; first += kPanel<T>) {
    for (std::size_t i = 0; i < rows; ++i, panel += kPanel<T>)
      std::memcpy(matrix + i * stride + first, panel, std::min(kPanel<T>, cols - first) * sizeof(T));
    poll_here();
  }
}

template <class T> struct Panels {
  Panels() = default;
  Panels(std::size_t matrix_rows, std::size_t matrix_cols)
      : rows(matrix_rows), cols(matrix_cols), values(rows * round_up(cols, kPanel<T>)) {}

  std::size_t count() const { return (cols + kPanel<T> - 1) / kPanel<T>; }
  // Columns of panel p without padding.
  std::size_t width(std::size_t p) const { return p + 1 < count() ? kPanel<T> : cols - p * kPanel<T>; }
  std::size_t offset(std::size_t p, std::size_t row) const { return (p * rows + row) * kPanel<T>; }
  T* at(std::size_t p, std::size_t row) { return values.data() + offset(p, row); }
  const T* at(std::size_t p, std::size_t row) const { return values.data() + offset(p, row); }

  void pack(const T* matrix, std::size_t stride) { pack_panels(matrix, stride, rows, cols, values); }
  void unpack(T* matrix, std::size_t stride) const { unpack_panels(values, rows, cols, matrix, stride); }

  std::size_t rows = 0, cols = 0;
  Buffer<T> values;
};

}  // namespace proxnet
