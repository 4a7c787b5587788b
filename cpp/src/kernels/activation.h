// Activations in place on a block of rows, and derivatives as functions of the output. Rows are padded to kRowPad.
#pragma once

#include "kernel_table.h"
#include "vmath.h"

namespace {

using proxnet::ActivationRows;

// h = f(h)
template <class T, class F> PROXNET_INLINE void map_rows(const ActivationRows<T>& a, F f) {
  T* h = a.h;
  for (std::size_t r = 0; r < a.rows; ++r, h += a.h_row)
    for (std::size_t j = 0; j < a.cols; j += kLanes<T>) store(h + j, f(load(h + j)));
}
// d = f(h, d)
template <class T, class F> PROXNET_INLINE void map_backward(const ActivationRows<T>& a, F f) {
  const T* h = a.h;
  T* d = a.d;
  for (std::size_t r = 0; r < a.rows; ++r, h += a.h_row, d += a.d_row)
    for (std::size_t j = 0; j < a.cols; j += kLanes<T>) store(d + j, f(load(h + j), load(d + j)));
}

template <class T> void linear(const ActivationRows<T>&) {}
template <class T> void linear_backward(const ActivationRows<T>&) {}

template <class T> void relu(const ActivationRows<T>& a) {
  map_rows(a, [](Vec<T> x) { return max(x, Vec<T>{}); });
}
template <class T> void relu_backward(const ActivationRows<T>& a) {
  map_backward(a, [](Vec<T> y, Vec<T> g) { return y > Vec<T>{} ? g : Vec<T>{}; });
}

template <class T> void sigmoid_rows(const ActivationRows<T>& a) {
  map_rows(a, [](Vec<T> x) { return sigmoid(x); });
}
template <class T> void sigmoid_backward(const ActivationRows<T>& a) {
  map_backward(a, [](Vec<T> y, Vec<T> g) { return g * (y * (splat(T(1)) - y)); });
}

template <class T> void tanh_rows(const ActivationRows<T>& a) {
  map_rows(a, [](Vec<T> x) { return tanh(x); });
}
template <class T> void tanh_backward(const ActivationRows<T>& a) {
  map_backward(a, [](Vec<T> y, Vec<T> g) { return g * fma(-y, y, splat(T(1))); });
}

// The slope is positive, so the output has the input's sign.
template <class T> void leaky_relu(const ActivationRows<T>& a) {
  const Vec<T> slope = splat(a.parameter);
  map_rows(a, [&](Vec<T> x) { return select(x < Vec<T>{}, x * slope, x); });
}
template <class T> void leaky_relu_backward(const ActivationRows<T>& a) {
  const Vec<T> slope = splat(a.parameter);
  map_backward(a, [&](Vec<T> y, Vec<T> g) { return select(y < Vec<T>{}, g * slope, g); });
}

// x > 0 ? min(x, ceiling) : slope x. Adding +0.0 turns the -0.0 of a slope of 0 into +0.0.
template <class T> void clipped_relu(const ActivationRows<T>& a) {
  const Vec<T> slope = splat(a.parameter), ceiling = splat(a.ceiling), zero = {};
  map_rows(a, [&](Vec<T> x) { return select(x < zero, x * slope + zero, min(x, ceiling)); });
}
template <class T> void clipped_relu_backward(const ActivationRows<T>& a) {
  const Vec<T> slope = splat(a.parameter), ceiling = splat(a.ceiling), zero = {};
  map_backward(a, [&](Vec<T> y, Vec<T> g) {
    const Vec<T> inside = select(y < ceiling, g, zero);
    return select(y > zero, inside, select(y < zero, g * slope, zero));
  });
}

// scale (x > 0 ? x : alpha (e^x - 1)). alpha is positive, so the output has the input's sign.
template <class T> PROXNET_INLINE void elu_rows(const ActivationRows<T>& a, T alpha, T scale) {
  const Vec<T> zero = {}, below = splat(alpha * scale);
  map_rows(a, [&](Vec<T> x) { return select(x > zero, x * scale, below * expm1(min(x, zero))); });
}
template <class T> PROXNET_INLINE void elu_rows_backward(const ActivationRows<T>& a, T alpha, T scale) {
  const Vec<T> zero = {}, below = splat(alpha * scale), above = splat(scale);
  map_backward(a, [&](Vec<T> y, Vec<T> g) { return g * select(y > zero, above, y + below); });
}
template <class T> void elu(const ActivationRows<T>& a) { elu_rows(a, a.parameter, T(1)); }
template <class T> void elu_backward(const ActivationRows<T>& a) { elu_rows_backward(a, a.parameter, T(1)); }

// Klambauer et al. 2017: mean 0 and variance 1 are a fixed point.
template <class T> constexpr T kSeluAlpha = static_cast<T>(1.6732632423543772848);
template <class T> constexpr T kSeluScale = static_cast<T>(1.0507009873554804934);
template <class T> void selu(const ActivationRows<T>& a) { elu_rows(a, kSeluAlpha<T>, kSeluScale<T>); }
template <class T> void selu_backward(const ActivationRows<T>& a) {
  elu_rows_backward(a, kSeluAlpha<T>, kSeluScale<T>);
}

// log(1 + e^x), without overflow or cancellation
template <class T> PROXNET_INLINE Vec<T> softplus_of(Vec<T> x) { return max(x, Vec<T>{}) + log1p(exp(-abs(x))); }
template <class T> void softplus(const ActivationRows<T>& a) {
  map_rows(a, [](Vec<T> x) { return softplus_of<T>(x); });
}
// sigmoid(x) = 1 - e^-h
template <class T> void softplus_backward(const ActivationRows<T>& a) {
  map_backward(a, [](Vec<T> y, Vec<T> g) { return g * -expm1(-y); });
}

template <class T> void softsign(const ActivationRows<T>& a) {
  map_rows(a, [](Vec<T> x) { return x / (abs(x) + T(1)); });
}
template <class T> void softsign_backward(const ActivationRows<T>& a) {
  map_backward(a, [](Vec<T> y, Vec<T> g) {
    const Vec<T> rest = T(1) - abs(y);
    return g * (rest * rest);
  });
}

template <class T> void hard_sigmoid(const ActivationRows<T>& a) {
  map_rows(a, [](Vec<T> x) { return clamp(x + T(3), Vec<T>{}, splat(T(6))) * T(1.0 / 6); });
}
template <class T> void hard_sigmoid_backward(const ActivationRows<T>& a) {
  map_backward(a, [](Vec<T> y, Vec<T> g) {
    const Vec<T> zero = {}, inside = select(y < splat(T(1)), g * T(1.0 / 6), zero);
    return select(y > zero, inside, zero);
  });
}

template <class T> void exponential(const ActivationRows<T>& a) {
  map_rows(a, [](Vec<T> x) { return exp(x); });
}
template <class T> void exponential_backward(const ActivationRows<T>& a) {
  map_backward(a, [](Vec<T> y, Vec<T> g) { return g * y; });
}

}  // namespace
