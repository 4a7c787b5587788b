// Shared by the losses: loops over a block of rows, targets, clipping of probabilities.
#pragma once

#include "softmax.h"

namespace {

using proxnet::LossRows;

// Probabilities are clipped to [kClip, 1 - kClip] before a logarithm, as in Keras.
template <class T> constexpr T kClip = static_cast<T>(1e-7);

// Targets after label smoothing.
template <class T> PROXNET_INLINE Vec<T> smoothed(const LossRows<T>& l, Vec<T> y) {
  return fma(y, splat(l.scalars.keep), splat(l.scalars.shift));
}
template <class T> PROXNET_INLINE Chunk<T> smoothed_targets(const LossRows<T>& l, const T* y, std::size_t count) {
  return first_of(map(load_unpadded_chunk(y, count), [&](Vec<T> v) { return smoothed(l, v); }), count);
}

// One output: the lanes hold rows. The same bits as row by row, in an eighth of the time.
template <class T, class F> PROXNET_INLINE void single_output_loss(const proxnet::LossRows<T>& l, bool own_output,
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
      if (own_output) l.h[i * l.h_row] = out[r];
      if (l.d) {
        for (std::size_t k = 1; k < static_cast<std::size_t>(kFoldLanes<T>); ++k)
          l.d[i * l.d_row + static_cast<std::ptrdiff_t>(k)] = 0;
        l.d[i * l.d_row] = slope[r];
      }
    }
  });
}

// f(h, y, &loss terms, &slope) for each vector of a row; the loss of a row is `share` times the sum over its columns.
// `fused` kernels take logits; h becomes the activation's output unless keep_logits is set.
template <class T, class F> PROXNET_INLINE void sum_loss(const LossRows<T>& l, bool fused, T share, F f) {
  const bool own_output = fused && !l.scalars.keep_logits;
  if (l.cols == 1) return single_output_loss(l, own_output, f);
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
      if (own_output) store_chunk(h + j, out, count);
      if (l.d) store_chunk(l.d + i * l.d_row + j, map(slope, [&](Vec<T> g) { return g * scale; }), count);
    });
    // The loss of finite logits is finite; only the rounding of this mean can overflow.
    l.row_loss[r] = fused ? min(fold(total), kLargest<T>) : fold(total);
  }
}
template <class T, class F> PROXNET_INLINE void elementwise_loss(const LossRows<T>& l, bool fused, F f) {
  sum_loss(l, fused, T(1) / static_cast<T>(l.cols), f);
}

// y was checked before training, but another thread may have changed it since: the index must stay in range.
template <class T> PROXNET_INLINE std::size_t label_of(const LossRows<T>& l, std::size_t row) {
  const T y = l.y[static_cast<std::ptrdiff_t>(row) * l.y_row];
  return y >= 0 && y < static_cast<T>(l.cols) ? static_cast<std::size_t>(y) : 0;
}

// Where a fused loss over the classes stores the probabilities of row r: over the logits, or in d.
template <class T> PROXNET_INLINE T* probabilities(const LossRows<T>& l, std::size_t r) {
  const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(r);
  if (!l.scalars.keep_logits) return l.h + i * l.h_row;
  return l.d ? l.d + i * l.d_row : nullptr;
}

}  // namespace
