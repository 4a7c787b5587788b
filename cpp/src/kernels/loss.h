// Loss and gradient of a block of rows. From logits where the activation is the loss' own; otherwise from the output,
// clipped to [1e-7, 1 - 1e-7] as Keras does.
#pragma once

#include "softmax.h"

namespace {

template <class T> constexpr T kClip = static_cast<T>(1e-7);

// One output: the rows themselves fill the lanes. The same bits as a row at a time, an eighth of the time.
template <class T, class F> PROXNET_INLINE void single_output_loss(const proxnet::LossRows<T>& l, bool probability,
                                                                   F f) {
  for_chunks<T>(l.rows, [&](std::size_t first, std::size_t count) {
    T out[kFoldLanes<T>] = {}, target[kFoldLanes<T>] = {}, scale[kFoldLanes<T>] = {}, value[kFoldLanes<T>],
      slope[kFoldLanes<T>];
    for (std::size_t r = 0; r < count; ++r) {
      out[r] = l.h[static_cast<std::ptrdiff_t>(first + r) * l.h_row];
      target[r] = l.y[static_cast<std::ptrdiff_t>(first + r) * l.y_row];
      if (l.d) scale[r] = l.row_scale[first + r];
    }
    for (int k = 0; k < kFoldLanes<T>; k += kLanes<T>) {
      Vec<T> h = load(out + k), terms, steepness;
      f(h, load(target + k), terms, steepness);
      store(out + k, h);
      store(value + k, terms + Vec<T>{});
      store(slope + k, steepness * load(scale + k));
    }
    for (std::size_t r = 0; r < count; ++r) {
      const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(first + r);
      l.row_loss[first + r] = value[r];
      if (probability) l.h[i * l.h_row] = out[r];
      if (l.d) {
        for (std::size_t k = 1; k < static_cast<std::size_t>(kFoldLanes<T>); ++k)
          l.d[i * l.d_row + static_cast<std::ptrdiff_t>(k)] = 0;
        l.d[i * l.d_row] = slope[r];
      }
    }
  });
}

// f(h, y, &loss terms, &slope) for every vector of a row; the loss of a row is the mean over its columns.
template <class T, class F> PROXNET_INLINE void elementwise_loss(const proxnet::LossRows<T>& l, bool probability, F f) {
  if (l.cols == 1) return single_output_loss(l, probability, f);
  const T share = T(1) / static_cast<T>(l.cols);
  for (std::size_t r = 0; r < l.rows; ++r) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(r);
    T* h = l.h + i * l.h_row;
    const T* y = l.y + i * l.y_row;
    const Vec<T> scale = splat(l.d ? l.row_scale[r] * share : T(0));
    Chunk<T> total = {};
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      Chunk<T> out = load_chunk(h + j, count, T(0));
      const Chunk<T> target = load_unpadded_chunk(y + j, count);
      Chunk<T> value, slope;
      for (int k = 0; k < Chunk<T>::kVecs; ++k) f(out.v[k], target.v[k], value.v[k], slope.v[k]);
      value = first_of(value, count);  // what the padding computed is not counted
      for (int k = 0; k < Chunk<T>::kVecs; ++k) total.v[k] = fma(value.v[k], splat(share), total.v[k]);
      if (probability) store_chunk(h + j, out, count);
      if (l.d) store_chunk(l.d + i * l.d_row + j, map(slope, [&](Vec<T> g) { return g * scale; }), count);
    });
    // Of finite logits the loss is finite; only the rounding of this mean can leave the range.
    l.row_loss[r] = probability ? min(fold(total), kLargest<T>) : fold(total);
  }
}

template <class T> void squared_error(const proxnet::LossRows<T>& l) {
  elementwise_loss<T>(l, false, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> e = h - y;
    value = e * e;
    slope = e + e;
  });
}

template <class T> void binary_crossentropy(const proxnet::LossRows<T>& l) {
  elementwise_loss<T>(l, false, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> low = splat(kClip<T>), one = splat(T(1)), p = clamp(h, low, one - low);
    value = -(y * log(p) + (one - y) * log(one - p));
    const Vec<T> inside = (p - y) / (p * (one - p));
    slope = h < low ? Vec<T>{} : (h > one - low ? Vec<T>{} : inside);
  });
}

// softplus(z) - y z, stable for every finite z; h becomes sigmoid(z)
template <class T> void sigmoid_binary(const proxnet::LossRows<T>& l) {
  elementwise_loss<T>(l, true, [](Vec<T>& h, Vec<T> y, Vec<T>& value, Vec<T>& slope) {
    const Vec<T> zero = {}, tail = exp(-abs(h)), p = splat(T(1)) / (splat(T(1)) + tail);
    value = max(h, zero) - y * h + log1p(tail) + zero * h;  // NaN where h is not finite
    h = h < zero ? tail * p : p;
    slope = h - y;
  });
}

// log sum exp - y.z with y a row of weights over the classes; h becomes softmax(z)
template <class T> void softmax_categorical(const proxnet::LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(r);
    T* h = l.h + i * l.h_row;
    const T* y = l.y + i * l.y_row;
    const T top = row_max(l.cols, h);
    Chunk<T> mass = {}, product = {};
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> z = load_chunk(h + j, count, T(0)), target = load_unpadded_chunk(y + j, count);
      for (int k = 0; k < Chunk<T>::kVecs; ++k) {
        mass.v[k] += target.v[k];
        product.v[k] = fma(target.v[k], max(z.v[k] - splat(top), splat(-kLargest<T>)), product.v[k]);
      }
    });
    const T total = row_exp(l.cols, h, top, h), weight = fold(mass);
    scale_row(l.cols, 1 / total, h);
    T log_total;
    log_array<T>(1, &total, &log_total);
    l.row_loss[r] = fma(weight, log_total, -fold(product));
    if (!l.d) continue;
    const Vec<T> scale = splat(l.row_scale[r]), share = splat(weight);
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      const Chunk<T> p = load_chunk(h + j, count, T(0)), target = load_unpadded_chunk(y + j, count);
      store_chunk(l.d + i * l.d_row + j, map(p, target, [&](Vec<T> a, Vec<T> b) { return (share * a - b) * scale; }),
                  count);
    });
  }
}

// Checked before training, but another thread may have written to the caller's array since: never an index outside.
template <class T> PROXNET_INLINE std::size_t label_of(const proxnet::LossRows<T>& l, std::size_t row) {
  const T y = l.y[static_cast<std::ptrdiff_t>(row) * l.y_row];
  return y >= 0 && y < static_cast<T>(l.cols) ? static_cast<std::size_t>(y) : 0;
}

template <class T> void softmax_sparse(const proxnet::LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(r);
    T* h = l.h + i * l.h_row;
    const std::size_t label = label_of(l, r);
    const T top = row_max(l.cols, h), margin = max(h[label] - top, -kLargest<T>);
    const T total = row_exp(l.cols, h, top, h);
    scale_row(l.cols, 1 / total, h);
    T log_total;
    log_array<T>(1, &total, &log_total);
    l.row_loss[r] = log_total - margin;
    if (!l.d) continue;
    T* d = l.d + i * l.d_row;
    for_chunks<T>(l.cols, [&](std::size_t j, std::size_t count) {
      store_chunk(d + j, map(load_chunk(h + j, count, T(0)), [&](Vec<T> p) { return p * splat(l.row_scale[r]); }),
                  count);
    });
    d[label] = (h[label] - 1) * l.row_scale[r];
  }
}

// Cross-entropy of q = h / sum(h), clipped: sum_j -y_j log q_j. `target` gives y_j.
template <class T, class Target>
PROXNET_INLINE void normalised_crossentropy(const proxnet::LossRows<T>& l, std::size_t r, Target target) {
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
      value.v[k] = fma(-y.v[k], log(q), value.v[k]);
      const Vec<T> inside = -y.v[k] / q;
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

template <class T> void categorical_crossentropy(const proxnet::LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r)
    normalised_crossentropy(l, r, [&](std::size_t j, std::size_t count) {
      return load_unpadded_chunk(l.y + static_cast<std::ptrdiff_t>(r) * l.y_row + j, count);
    });
}

template <class T> void sparse_categorical_crossentropy(const proxnet::LossRows<T>& l) {
  for (std::size_t r = 0; r < l.rows; ++r)
    normalised_crossentropy(l, r, [&](std::size_t j, std::size_t count) {
      T one_hot[kFoldLanes<T>] = {};
      const std::size_t label = label_of(l, r);
      if (label >= j && label < j + count) one_hot[label - j] = 1;
      return load_chunk(one_hot, static_cast<std::size_t>(kFoldLanes<T>), T(0));
    });
}

}  // namespace
