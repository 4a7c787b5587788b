// Views of row-major matrices: element (i, j) is data[i * stride + j].
#pragma once

#include <cstddef>

namespace proxnet {

template <class T> struct ConstMatrixView {
  const T* data = nullptr;
  std::size_t rows = 0, cols = 0, stride = 0;

  ConstMatrixView() = default;
  ConstMatrixView(const T* p, std::size_t r, std::size_t c) : data(p), rows(r), cols(c), stride(c) {}
  ConstMatrixView(const T* p, std::size_t r, std::size_t c, std::size_t s) : data(p), rows(r), cols(c), stride(s) {}
  const T* row(std::size_t i) const { return data + i * stride; }
};

template <class T> struct MatrixView {
  T* data = nullptr;
  std::size_t rows = 0, cols = 0, stride = 0;

  MatrixView() = default;
  MatrixView(T* p, std::size_t r, std::size_t c) : data(p), rows(r), cols(c), stride(c) {}
  MatrixView(T* p, std::size_t r, std::size_t c, std::size_t s) : data(p), rows(r), cols(c), stride(s) {}
  T* row(std::size_t i) const { return data + i * stride; }
  operator ConstMatrixView<T>() const { return {data, rows, cols, stride}; }
};

}  // namespace proxnet
