// Activations x gate(x) with a smooth gate. They are not monotone, so the derivative is no function of the output:
// training stores it beside the output.
#pragma once

#include "activation.h"
#include "erf.h"

namespace {

// f(x, &slope) returns the output; without a.slope the slope is not computed.
template <class T, class F> PROXNET_INLINE void map_slope(const ActivationRows<T>& a, F f) {
  if (!a.slope)
    return map_rows(a, [&](Vec<T> x) {
      Vec<T> unused;
      return f(x, unused);
    });
  T *h = a.h, *s = a.slope;
  for (std::size_t r = 0; r < a.rows; ++r, h += a.h_row, s += a.slope_row)
    for (std::size_t j = 0; j < a.cols; j += kLanes<T>) {
      Vec<T> slope;
      store(h + j, f(load(h + j), slope));
      store(s + j, slope);
    }
}

template <class T> void slope_backward(const ActivationRows<T>& a) {
  const T* s = a.slope;
  T* d = a.d;
  for (std::size_t r = 0; r < a.rows; ++r, s += a.slope_row, d += a.d_row)
    for (std::size_t j = 0; j < a.cols; j += kLanes<T>) store(d + j, load(s + j) * load(d + j));
}

// Beyond +-kGateEnd<T> every gate here is 0 or 1 to the last bit, its slope 0.
template <class T> constexpr T kGateEnd = sizeof(T) == 4 ? T(40) : T(400);

// x P(Z <= x) [Hendrycks and Gimpel 2016]
template <class T> void gelu(const ActivationRows<T>& a) {
  map_slope(a, [](Vec<T> x, Vec<T>& slope) {
    const Normal<T> normal = normal_of<T>(x);
    const Vec<T> bounded = clamp(x, splat(-kGateEnd<T>), splat(kGateEnd<T>));
    slope = fma(bounded * T(0.39894228040143267794), normal.gauss, normal.cdf);
    return x * normal.cdf;
  });
}

// x (1 + tanh u) / 2 = x sigmoid(2 u), u = sqrt(2 / pi) (x + 0.044715 x^3)
template <class T> void gelu_tanh(const ActivationRows<T>& a) {
  map_slope(a, [](Vec<T> x, Vec<T>& slope) {
    constexpr double kTwice = 1.5957691216057307117, kCubic = 0.044715;
    const Vec<T> bounded = clamp(x, splat(-kGateEnd<T>), splat(kGateEnd<T>)), square = bounded * bounded;
    const Vec<T> gate = sigmoid(bounded * fma(square, splat(T(kTwice * kCubic)), splat(T(kTwice))));
    const Vec<T> steepness = fma(square, splat(T(3 * kTwice * kCubic)), splat(T(kTwice)));
    slope = fma(bounded * gate * (T(1) - gate), steepness, gate);
    return x * gate;
  });
}

// x sigmoid(x)
template <class T> void silu(const ActivationRows<T>& a) {
  map_slope(a, [](Vec<T> x, Vec<T>& slope) {
    const Vec<T> gate = sigmoid(x), bounded = clamp(x, splat(-kGateEnd<T>), splat(kGateEnd<T>));
    slope = fma(bounded * gate, T(1) - gate, gate);
    return x * gate;
  });
}

// x tanh(log(1 + e^x)) = x n / (n + 2), n = e^x (e^x + 2) [Misra 2019]
template <class T> void mish(const ActivationRows<T>& a) {
  map_slope(a, [](Vec<T> x, Vec<T>& slope) {
    const Vec<T> bounded = clamp(x, splat(T(-1000)), splat(T(20)));
    const Vec<T> e = exp(bounded), n = e * (e + T(2)), whole = n + T(2), gate = n / whole;
    slope = fma(bounded * T(4) * e, (e + T(1)) / (whole * whole), gate);
    return x * gate;
  });
}

}  // namespace
