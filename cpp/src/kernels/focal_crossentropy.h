// Focal cross-entropies: terms weighted by (1 - probability of the class)^gamma [Lin et al. 2017].
#pragma once

#include "crossentropy.h"

namespace {

// x^gamma for 0 <= x <= 1, and its derivative
template <class T> struct Power {
  Vec<T> value, slope;
};
template <class T> PROXNET_INLINE Power<T> power(Vec<T> x, T gamma) {
  constexpr T kTiny = sizeof(T) == 4 ? static_cast<T>(__FLT_MIN__) : static_cast<T>(__DBL_MIN__);
  const Vec<T> positive = max(x, splat(kTiny));
  const Vec<T> value = exp(log(positive) * gamma);
  return {value, value / positive * gamma};
}

// wrong: probability of the other class, p if y = 0, 1 - p if y = 1; step: dp / dlogit, or 1;
// entropy: the cross-entropy and its derivative.
template <class T>
PROXNET_INLINE void binary_focal_term(const LossRows<T>& l, Vec<T> wrong, Vec<T> y, Vec<T> step, Vec<T> entropy,
                                      Vec<T> entropy_slope, Vec<T>& value, Vec<T>& slope) {
  const Vec<T> one = splat(T(1)), alpha = splat(l.scalars.alpha);
  const Power<T> factor = power(wrong, l.scalars.parameter);
  const Vec<T> weight = l.scalars.balanced ? fma(y, alpha, (one - y) * (one - alpha)) : one;
  value = weight * factor.value * entropy;
  slope = weight * fma(factor.slope * (one - (y + y)) * step, entropy, factor.value * entropy_slope);
}

template <class T> void binary_focal(const LossRows<T>& l) {
  elementwise_loss<T>(l, false, [&](Vec<T>& h, Vec<T> given, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> zero = {}, one = splat(T(1)), low = splat(kClip<T>), y = smoothed(l, given);
    const Vec<T> p = clamp(h, low, one - low), bounded = clamp(h, zero, one);
    const Vec<T> entropy = -(y * log(p) + (one - y) * log(one - p)), inside = (p - y) / (p * (one - p));
    const Vec<T> entropy_slope = select(h < low, zero, select(h > one - low, zero, inside));
    const Vec<T> step = select(h < zero, zero, select(h > one, zero, one));
    const Vec<T> wrong = fma(y, one - bounded, (one - y) * bounded);
    binary_focal_term<T>(l, wrong, y, step, entropy, entropy_slope, value, slope);
  });
}

template <class T> void sigmoid_focal(const LossRows<T>& l) {
  elementwise_loss<T>(l, true, [&](Vec<T>& h, Vec<T> given, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> zero = {}, one = splat(T(1)), y = smoothed(l, given), z = h, tail = exp(-abs(z));
    const Vec<T> larger = one / (one + tail), smaller = tail * larger;
    const Vec<T> p = select(z < zero, smaller, larger), rest = select(z < zero, larger, smaller);
    const Vec<T> entropy = max(z, zero) - y * z + log1p(tail) + zero * z;  // NaN where z is not finite
    h = p;
    binary_focal_term<T>(l, fma(y, rest, (one - y) * p), y, larger * smaller, entropy, p - y, value, slope);
  });
}

// alpha (1 - q)^gamma times the cross-entropy of a class
template <class T> void categorical_focal(const LossRows<T>& l) {
  const T alpha = l.scalars.alpha;
  for (std::size_t r = 0; r < l.rows; ++r)
    normalised_loss(
        l, r,
        [&](std::size_t j, std::size_t count) {
          return smoothed_targets(l, l.y + static_cast<std::ptrdiff_t>(r) * l.y_row + j, count);
        },
        [&](Vec<T> q, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
          const Power<T> factor = power(T(1) - q, l.scalars.parameter);
          const Vec<T> log_q = log(q), weight = -y * alpha;
          value = weight * factor.value * log_q;
          slope = weight * (factor.value / q - factor.slope * log_q);
        });
}

template <class T> void softmax_focal(const LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(r);
    T* h = l.h + i * l.h_row;
    const T* y = l.y + i * l.y_row;
    const T top = row_max(l.cols, h), log_total = log_of_one(row_exp<T>(l.cols, h, top, nullptr));
    // Of one vector: q, the terms of the loss, and q times their derivatives by q.
    const auto term = [&](Vec<T> z, Vec<T> target, Vec<T>& value, Vec<T>& push) __attribute__((always_inline)) {
      const Vec<T> log_q = max(z - splat(top), splat(-kLargest<T>)) - splat(log_total), q = exp(log_q);
      const Power<T> factor = power(-expm1(log_q), l.scalars.parameter);
      const Vec<T> weight = -target * l.scalars.alpha;
      value = weight * factor.value * log_q;
      push = weight * (factor.value - factor.slope * q * log_q);
      return q;
    };
    Chunk<T> total = {}, pushes = {};
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> z = load_chunk(h + j, count, T(0)), target = smoothed_targets(l, y + j, count);
      Chunk<T> value, push;
      for (int k = 0; k < Chunk<T>::kVecs; ++k) term(z.v[k], target.v[k], value.v[k], push.v[k]);
      value = first_of(value, count), push = first_of(push, count);
      for (int k = 0; k < Chunk<T>::kVecs; ++k) {
        total.v[k] = total.v[k] + value.v[k];
        pushes.v[k] = pushes.v[k] + push.v[k];
      }
    });
    l.row_loss[r] = min(splat(fold(total)), splat(kLargest<T>))[0];
    const Vec<T> mean = splat(fold(pushes)), scale = splat(l.d ? l.row_scale[r] : T(0));
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> z = load_chunk(h + j, count, T(0)), target = smoothed_targets(l, y + j, count);
      Chunk<T> q, slope;
      for (int k = 0; k < Chunk<T>::kVecs; ++k) {
        Vec<T> value, push;
        q.v[k] = term(z.v[k], target.v[k], value, push);
        slope.v[k] = (push - q.v[k] * mean) * scale;
      }
      if (l.d) store_chunk(l.d + i * l.d_row + j, slope, count);
      if (!l.scalars.keep_logits) store_chunk(h + j, q, count);
    });
  }
}

}  // namespace
