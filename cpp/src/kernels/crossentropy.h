// Cross-entropies. From logits if the last activation is the loss's own; else from the output, clipped to
// [1e-7, 1 - 1e-7] as in Keras.
#pragma once

#include "loss_rows.h"

namespace {

template <class T> void binary_crossentropy(const LossRows<T>& l) {
  elementwise_loss<T>(l, false, [&](Vec<T>& h, Vec<T> given, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> y = smoothed(l, given), low = splat(kClip<T>), one = splat(T(1)), p = clamp(h, low, one - low);
    value = -(y * log(p) + (one - y) * log(one - p));
    const Vec<T> inside = (p - y) / (p * (one - p));
    slope = h < low ? Vec<T>{} : (h > one - low ? Vec<T>{} : inside);
  });
}

// softplus(z) - y z, stable for every finite z; h becomes sigmoid(z)
template <class T> void sigmoid_binary(const LossRows<T>& l) {
  elementwise_loss<T>(l, true, [&](Vec<T>& h, Vec<T> given, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> y = smoothed(l, given), zero = {}, tail = exp(-abs(h)), p = splat(T(1)) / (splat(T(1)) + tail);
    value = max(h, zero) - y * h + log1p(tail) + zero * h;  // NaN where h is not finite
    h = h < zero ? tail * p : p;
    slope = h - y;
  });
}

// log sum exp - y.z with y a row of weights over the classes; h becomes softmax(z)
template <class T> void softmax_categorical(const LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(r);
    const T* h = l.h + i * l.h_row;
    const T* y = l.y + i * l.y_row;
    const T top = row_max(l.cols, h);
    Chunk<T> mass = {}, product = {};
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> z = load_chunk(h + j, count, T(0)), target = smoothed_targets(l, y + j, count);
      for (int k = 0; k < Chunk<T>::kVecs; ++k) {
        mass.v[k] += target.v[k];
        product.v[k] = fma(target.v[k], max(z.v[k] - splat(top), splat(-kLargest<T>)), product.v[k]);
      }
    });
    T* p = probabilities(l, r);
    const T total = row_exp(l.cols, h, top, p), weight = fold(mass);
    if (p) scale_row(l.cols, 1 / total, p);
    l.row_loss[r] = fma(weight, log_of_one(total), -fold(product));
    if (!l.d) continue;
    const Vec<T> scale = splat(l.row_scale[r]), share = splat(weight);
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> q = load_chunk(p + j, count, T(0)), target = smoothed_targets(l, y + j, count);
      store_chunk(l.d + i * l.d_row + j, map(q, target, [&](Vec<T> a, Vec<T> b) { return (share * a - b) * scale; }),
                  count);
    });
  }
}

template <class T> void softmax_sparse(const LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(r);
    const T* h = l.h + i * l.h_row;
    const std::size_t label = label_of(l, r);
    const T top = row_max(l.cols, h), margin = max(h[label] - top, -kLargest<T>);
    T* p = probabilities(l, r);
    const T total = row_exp(l.cols, h, top, p);
    if (p) scale_row(l.cols, 1 / total, p);
    l.row_loss[r] = log_of_one(total) - margin;
    if (!l.d) continue;
    T* d = l.d + i * l.d_row;
    const T chosen = p[label];
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      store_chunk(d + j, map(load_chunk(p + j, count, T(0)), [&](Vec<T> q) { return q * splat(l.row_scale[r]); }),
                  count);
    });
    d[label] = (chosen - 1) * l.row_scale[r];
  }
}

// A loss of q = h / sum(h), clipped: the sum over j of f(q_j, y_j, &value, &slope). `target` gives y_j.
template <class T, class Target, class F>
PROXNET_INLINE void normalised_loss(const LossRows<T>& l, std::size_t r, Target target, F f) {
  const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(r);
  const T* h = l.h + i * l.h_row;
  T* d = l.d ? l.d + i * l.d_row : nullptr;
  Chunk<T> total = {}, value = {}, product = {};
  for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
    total = map(total, load_chunk(h + j, count, T(0)), [](Vec<T> a, Vec<T> b) { return a + b; });
  });
  const Vec<T> inverse = splat(1 / fold(total)), low = splat(kClip<T>), high = splat(1 - kClip<T>);
  for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
    const Chunk<T> out = load_chunk(h + j, count, T(0)), y = target(j, count);
    Chunk<T> slope;
    for (int k = 0; k < Chunk<T>::kVecs; ++k) {
      const Vec<T> raw = out.v[k] * inverse, q = clamp(raw, low, high);
      Vec<T> term, inside;
      f(q, y.v[k], term, inside);
      value.v[k] = value.v[k] + term;
      slope.v[k] = raw < low ? Vec<T>{} : (raw > high ? Vec<T>{} : inside);
      product.v[k] = fma(slope.v[k], raw, product.v[k]);
    }
    if (d) store_chunk(d + j, slope, count);
  });
  l.row_loss[r] = fold(value);
  if (!d) return;
  const Vec<T> mean = splat(fold(product)), scale = splat(l.row_scale[r]);
  for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
    store_chunk(d + j, map(load_chunk(d + j, count, T(0)), [&](Vec<T> g) { return (g - mean) * inverse * scale; }),
                count);
  });
}

template <class T> PROXNET_INLINE void crossentropy_term(Vec<T> q, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
  value = -y * log(q);
  slope = -y / q;
}

template <class T> void categorical_crossentropy(const LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r)
    normalised_loss(
        l, r,
        [&](std::size_t j, std::size_t count) {
          return smoothed_targets(l, l.y + static_cast<std::ptrdiff_t>(r) * l.y_row + j, count);
        },
        crossentropy_term<T>);
}

template <class T> void sparse_categorical_crossentropy(const LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r)
    normalised_loss(
        l, r,
        [&](std::size_t j, std::size_t count) {
          T one_hot[kFoldLanes<T>] = {};
          const std::size_t label = label_of(l, r);
          if (label >= j && label < j + count) one_hot[label - j] = 1;
          return load_chunk(one_hot, static_cast<std::size_t>(kFoldLanes<T>), T(0));
        },
        crossentropy_term<T>);
}

// sum y log(y / h), both clipped to [1e-7, 1]
template <class T> void kl_divergence(const LossRows<T>& l) {
  sum_loss<T>(l, false, T(1), [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> low = splat(kClip<T>), one = splat(T(1)), p = clamp(h, low, one), q = clamp(y, low, one);
    value = q * log(q / p);
    slope = select(h < low, Vec<T>{}, select(h > one, Vec<T>{}, -q / p));
  });
}

}  // namespace
