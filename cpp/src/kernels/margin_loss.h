// Hinge losses.
#pragma once

#include "loss_rows.h"

namespace {

// 1 for a positive target, else -1: classes are {0, 1} or {-1, 1}, as in Keras.
template <class T> PROXNET_INLINE Vec<T> side_of(Vec<T> y) { return select(y > Vec<T>{}, splat(T(1)), splat(T(-1))); }

template <class T> void hinge(const LossRows<T>& l) {
  elementwise_loss<T>(l, false, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> zero = {}, side = side_of<T>(y), lack = T(1) - side * h;
    value = max(lack, zero);
    slope = select(lack > zero, -side, zero);
  });
}

template <class T> void squared_hinge(const LossRows<T>& l) {
  elementwise_loss<T>(l, false, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> side = side_of<T>(y), lack = max(T(1) - side * h, Vec<T>{});
    value = lack * lack;
    slope = side * lack * T(-2);
  });
}

// max(0, 1 + max_j (1 - y_j) h_j - sum_j y_j h_j)
template <class T> void categorical_hinge(const LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(r);
    const T *h = l.h + i * l.h_row, *y = l.y + i * l.y_row;
    Chunk<T> product = {};
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> a = load_chunk(h + j, count, T(0)), b = load_unpadded_chunk(y + j, count);
      for (int k = 0; k < Chunk<T>::kVecs; ++k) product.v[k] = fma(a.v[k], b.v[k], product.v[k]);
    });
    std::size_t rival = 0;
    for (std::size_t j = 1; j < l.cols; ++j)
      if ((1 - y[j]) * h[j] > (1 - y[rival]) * h[rival]) rival = j;
    const T lack = (1 - y[rival]) * h[rival] - fold(product) + 1;
    l.row_loss[r] = lack < 0 ? T(0) : lack;
    if (!l.d) continue;
    T* d = l.d + i * l.d_row;
    const Vec<T> scale = splat(lack > 0 ? -l.row_scale[r] : T(0));
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> b = load_unpadded_chunk(y + j, count);
      store_chunk(d + j, map(b, [&](Vec<T> v) { return v * scale; }), count);
    });
    if (lack > 0) d[rival] += (1 - y[rival]) * l.row_scale[r];
  }
}

}  // namespace
