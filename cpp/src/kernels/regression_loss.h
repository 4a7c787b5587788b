// Regression losses.
#pragma once

#include "loss_rows.h"

namespace {

template <class T> void squared_error(const LossRows<T>& l) {
  elementwise_loss<T>(l, false, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> e = h - y;
    value = e * e;
    slope = e + e;
  });
}

// -1, 0 or 1
template <class T> PROXNET_INLINE Vec<T> sign_of(Vec<T> x) {
  const Vec<T> zero = {}, one = splat(T(1));
  return select(x > zero, one, select(x < zero, -one, x - x));
}

template <class T> void absolute_error(const LossRows<T>& l) {
  elementwise_loss<T>(l, false, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    value = abs(h - y);
    slope = sign_of<T>(h - y);
  });
}

// 100 |y - h| / max(|y|, 1e-7)
template <class T> void percentage_error(const LossRows<T>& l) {
  elementwise_loss<T>(l, false, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> unit = T(100) / max(abs(y), splat(kClip<T>));
    value = abs(h - y) * unit;
    slope = sign_of<T>(h - y) * unit;
  });
}

// (log(1 + max(h, 1e-7)) - log(1 + max(y, 1e-7)))^2
template <class T> void logarithmic_error(const LossRows<T>& l) {
  elementwise_loss<T>(l, false, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> low = splat(kClip<T>), p = max(h, low), e = log1p(p) - log1p(max(y, low));
    value = e * e;
    slope = select(h < low, Vec<T>{}, (e + e) / (p + T(1)));
  });
}

// |e| <= delta ? e^2 / 2 : delta (|e| - delta / 2)
template <class T> void huber(const LossRows<T>& l) {
  const Vec<T> delta = splat(l.scalars.parameter);
  elementwise_loss<T>(l, false, [&](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> e = h - y, near = min(abs(e), delta);
    value = near * (abs(e) - near * T(0.5));
    slope = clamp(e, -delta, delta);
  });
}

// log cosh e: log1p(2 sinh^2(e / 2)) for small |e|, else |e| + log1p(e^-2|e|) - log 2
template <class T> void log_cosh(const LossRows<T>& l) {
  elementwise_loss<T>(l, false, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> a = abs(h - y), bounded = min(a, splat(T(1))), grown = expm1(bounded * T(0.5));
    const Vec<T> twice_sinh = grown + grown / (grown + T(1));
    const Vec<T> near = log1p(twice_sinh * twice_sinh * T(0.5));
    const Vec<T> far = a + (log1p(exp(a * T(-2))) - T(0.69314718055994530942));
    value = select(a < splat(T(1)), near, far);
    slope = tanh(h - y);
  });
}

// The check function of quantile regression: q (y - h) above h, (1 - q) (h - y) below [Koenker and Bassett 1978].
template <class T> void quantile(const LossRows<T>& l) {
  const Vec<T> above = splat(l.scalars.parameter), below = splat(1 - l.scalars.parameter);
  elementwise_loss<T>(l, false, [&](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> e = h - y;
    const Vec<T> weight = select(e > Vec<T>{}, below, above);
    value = weight * abs(e);
    slope = weight * sign_of<T>(e);
  });
}

// h - y log(h + 1e-7)
template <class T> void poisson(const LossRows<T>& l) {
  elementwise_loss<T>(l, false, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> rate = h + kClip<T>;
    value = h - y * log(rate);
    slope = T(1) - y / rate;
  });
}

// 1 / max(|x|, 1e-7)
template <class T> PROXNET_INLINE T inverse_length(T squares) {
  const Vec<T> length = sqrt(splat(squares));
  return 1 / max(length, splat(kClip<T>))[0];
}

// -(y / |y|) . (h / |h|)
template <class T> void cosine_similarity(const LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(r);
    const T *h = l.h + i * l.h_row, *y = l.y + i * l.y_row;
    Chunk<T> hh = {}, yy = {}, hy = {};
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> a = load_chunk(h + j, count, T(0)), b = load_unpadded_chunk(y + j, count);
      for (int k = 0; k < Chunk<T>::kVecs; ++k) {
        hh.v[k] = fma(a.v[k], a.v[k], hh.v[k]);
        yy.v[k] = fma(b.v[k], b.v[k], yy.v[k]);
        hy.v[k] = fma(a.v[k], b.v[k], hy.v[k]);
      }
    });
    const T squares = fold(hh), h_inverse = inverse_length(squares), y_inverse = inverse_length(fold(yy));
    const T cosine = fold(hy) * h_inverse * y_inverse;
    l.row_loss[r] = -cosine;
    if (!l.d) continue;
    // Shorter h are divided by a constant.
    const T along = squares > kClip<T> * kClip<T> ? cosine * h_inverse : T(0);
    const Vec<T> scale = splat(l.row_scale[r] * h_inverse);
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> a = load_chunk(h + j, count, T(0)), b = load_unpadded_chunk(y + j, count);
      store_chunk(l.d + i * l.d_row + j,
                  map(a, b, [&](Vec<T> u, Vec<T> v) { return (u * along - v * y_inverse) * scale; }), count);
    });
  }
}

}  // namespace
