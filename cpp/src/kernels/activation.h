// Activations in place on a block of rows, and their derivatives told from the output. Rows are padded to kRowPad.
#pragma once

#include "chunk.h"
#include "vmath.h"

namespace {

template <class T, class F> PROXNET_INLINE void map_rows(std::size_t rows, std::size_t cols, T* h, std::ptrdiff_t h_row,
                                                         F f) {
  for (std::size_t r = 0; r < rows; ++r, h += h_row)
    for (std::size_t j = 0; j < cols; j += kLanes<T>) store(h + j, f(load(h + j)));
}
template <class T, class F>
PROXNET_INLINE void map_rows(std::size_t rows, std::size_t cols, const T* h, std::ptrdiff_t h_row, T* d,
                             std::ptrdiff_t d_row, F f) {
  for (std::size_t r = 0; r < rows; ++r, h += h_row, d += d_row)
    for (std::size_t j = 0; j < cols; j += kLanes<T>) store(d + j, f(load(h + j), load(d + j)));
}

template <class T> void linear(std::size_t, std::size_t, T*, std::ptrdiff_t) {}
template <class T> void linear_backward(std::size_t, std::size_t, const T*, std::ptrdiff_t, T*, std::ptrdiff_t) {}

template <class T> void relu(std::size_t rows, std::size_t cols, T* h, std::ptrdiff_t h_row) {
  map_rows(rows, cols, h, h_row, [](Vec<T> x) { return max(x, Vec<T>{}); });
}
template <class T>
void relu_backward(std::size_t rows, std::size_t cols, const T* h, std::ptrdiff_t h_row, T* d, std::ptrdiff_t d_row) {
  map_rows(rows, cols, h, h_row, d, d_row, [](Vec<T> y, Vec<T> g) { return y > Vec<T>{} ? g : Vec<T>{}; });
}

template <class T> void sigmoid_rows(std::size_t rows, std::size_t cols, T* h, std::ptrdiff_t h_row) {
  map_rows(rows, cols, h, h_row, [](Vec<T> x) { return sigmoid(x); });
}
template <class T>
void sigmoid_backward(std::size_t rows, std::size_t cols, const T* h, std::ptrdiff_t h_row, T* d,
                      std::ptrdiff_t d_row) {
  map_rows(rows, cols, h, h_row, d, d_row, [](Vec<T> y, Vec<T> g) { return g * (y * (splat(T(1)) - y)); });
}

template <class T> void tanh_rows(std::size_t rows, std::size_t cols, T* h, std::ptrdiff_t h_row) {
  map_rows(rows, cols, h, h_row, [](Vec<T> x) { return tanh(x); });
}
template <class T>
void tanh_backward(std::size_t rows, std::size_t cols, const T* h, std::ptrdiff_t h_row, T* d, std::ptrdiff_t d_row) {
  map_rows(rows, cols, h, h_row, d, d_row, [](Vec<T> y, Vec<T> g) { return g * fma(-y, y, splat(T(1))); });
}

template <class T> PROXNET_INLINE T row_max(std::size_t cols, const T* h) {
  T top = -kInfinity<T>;
  for_chunks<T>(cols, [&](std::size_t j, std::size_t count) {
    const T here = fold_max(load_chunk(h + j, count, -kInfinity<T>));
    top = here > top ? here : top;
  });
  return top;
}

// e = exp(h - top), returning the sum; the padding of e is +0.0
template <class T> PROXNET_INLINE T row_exp(std::size_t cols, const T* h, T top, T* e) {
  Chunk<T> total = {};
  for_chunks<T>(cols, [&](std::size_t j, std::size_t count) {
    const Chunk<T> z = load_chunk(h + j, count, -kInfinity<T>);
    const Chunk<T> x = map(z, [&](Vec<T> v) { return exp(v - splat(top)); });
    store_chunk(e + j, x, count);
    total = map(total, x, [](Vec<T> a, Vec<T> b) { return a + b; });
  });
  return fold(total);
}

template <class T> PROXNET_INLINE void scale_row(std::size_t cols, T factor, T* h) {
  for (std::size_t j = 0; j < cols; j += kLanes<T>) store(h + j, load(h + j) * splat(factor));
}

template <class T> void softmax(std::size_t rows, std::size_t cols, T* h, std::ptrdiff_t h_row) {
  for (std::size_t r = 0; r < rows; ++r, h += h_row) scale_row(cols, 1 / row_exp(cols, h, row_max(cols, h), h), h);
}
// d_j <- h_j (d_j - sum_i h_i d_i)
template <class T>
void softmax_backward(std::size_t rows, std::size_t cols, const T* h, std::ptrdiff_t h_row, T* d,
                      std::ptrdiff_t d_row) {
  for (std::size_t r = 0; r < rows; ++r, h += h_row, d += d_row) {
    Chunk<T> total = {};
    for_chunks<T>(cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> y = load_chunk(h + j, count, T(0)), g = load_chunk(d + j, count, T(0));
      for (int i = 0; i < Chunk<T>::kVecs; ++i) total.v[i] = fma(y.v[i], g.v[i], total.v[i]);
    });
    const Vec<T> mean = splat(fold(total));
    for (std::size_t j = 0; j < cols; j += kLanes<T>) store(d + j, load(h + j) * (load(d + j) - mean));
  }
}

}  // namespace
