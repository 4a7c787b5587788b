// Softmax and log-softmax, on whole rows.
#pragma once

#include "activation.h"
#include "chunk.h"

namespace {

template <class T> PROXNET_INLINE T row_max(std::size_t cols, const T* h) {
  T top = -kInfinity<T>;
  for_chunks<T>(cols, [&](std::size_t j, std::size_t count) {
    const T here = fold_max(load_chunk(h + j, count, -kInfinity<T>));
    top = here > top ? here : top;
  });
  return top;
}

// Returns sum exp(h - top); e = exp(h - top) unless null, with +0.0 in its padding
template <class T> PROXNET_INLINE T row_exp(std::size_t cols, const T* h, T top, T* e) {
  Chunk<T> total = {};
  for_chunks<T>(cols, [&](std::size_t j, std::size_t count) {
    const Chunk<T> z = load_chunk(h + j, count, -kInfinity<T>);
    const Chunk<T> x = map(z, [&](Vec<T> v) { return exp(v - splat(top)); });
    if (e) store_chunk(e + j, x, count);
    total = map(total, x, [](Vec<T> a, Vec<T> b) { return a + b; });
  });
  return fold(total);
}

template <class T> PROXNET_INLINE T log_of_one(T x) {
  log_array<T>(1, &x, &x);
  return x;
}

template <class T> PROXNET_INLINE void scale_row(std::size_t cols, T factor, T* h) {
  for (std::size_t j = 0; j < cols; j += kLanes<T>) store(h + j, load(h + j) * splat(factor));
}

template <class T> void softmax(const ActivationRows<T>& a) {
  T* h = a.h;
  for (std::size_t r = 0; r < a.rows; ++r, h += a.h_row)
    scale_row(a.cols, 1 / row_exp(a.cols, h, row_max(a.cols, h), h), h);
}
// d_j <- h_j (d_j - sum_i h_i d_i)
template <class T> void softmax_backward(const ActivationRows<T>& a) {
  const T* h = a.h;
  T* d = a.d;
  for (std::size_t r = 0; r < a.rows; ++r, h += a.h_row, d += a.d_row) {
    Chunk<T> total = {};
    for_chunks<T>(a.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> y = load_chunk(h + j, count, T(0)), g = load_chunk(d + j, count, T(0));
      for (int i = 0; i < Chunk<T>::kVecs; ++i) total.v[i] = fma(y.v[i], g.v[i], total.v[i]);
    });
    const Vec<T> mean = splat(fold(total));
    for (std::size_t j = 0; j < a.cols; j += kLanes<T>) store(d + j, load(h + j) * (load(d + j) - mean));
  }
}

// h - log sum e^h
template <class T> void log_softmax(const ActivationRows<T>& a) {
  T* h = a.h;
  for (std::size_t r = 0; r < a.rows; ++r, h += a.h_row) {
    const T top = row_max(a.cols, h), log_total = log_of_one(row_exp<T>(a.cols, h, top, nullptr));
    for (std::size_t j = 0; j < a.cols; j += kLanes<T>)
      store(h + j, max(load(h + j) - splat(top), splat(-kLargest<T>)) - splat(log_total));
  }
}
// d_j <- d_j - e^h_j sum_i d_i
template <class T> void log_softmax_backward(const ActivationRows<T>& a) {
  const T* h = a.h;
  T* d = a.d;
  for (std::size_t r = 0; r < a.rows; ++r, h += a.h_row, d += a.d_row) {
    Chunk<T> total = {};
    for_chunks<T>(a.cols, [&](std::size_t j, std::size_t count) {
      total = map(total, load_chunk(d + j, count, T(0)), [](Vec<T> x, Vec<T> y) { return x + y; });
    });
    const Vec<T> mass = splat(-fold(total));
    for_chunks<T>(a.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> y = load_chunk(h + j, count, T(0)), g = load_chunk(d + j, count, T(0));
      store_chunk(d + j, map(y, g, [&](Vec<T> v, Vec<T> u) { return fma(mass, exp(v), u); }), count);
    });
  }
}

}  // namespace
