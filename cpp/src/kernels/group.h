// The prox of a sparse group lasso in a diagonal metric: Newton's method on one number a group, its new norm.
#pragma once

#include "chunk.h"
#include "kernel_table.h"

namespace {

// Groups lie in `count` chunks of kRowPad weights, `step` elements apart: one group in all lanes (kFold), or one in
// each lane. With z the soft threshold of the point by l1 and d = strength * metric, the group's new norm r solves
// sum (z / (r + d))^2 = 1, and its weights are z r / (r + d); r = 0 where the sum at 0 is at most 1. In r the function
// 1 / sqrt(sum) is concave and increasing: Newton's steps from the left stay there.
template <class T, bool kFold>
void prox_group_lanes(std::size_t count, std::size_t step, const T* l1, const T* strength, const T* point,
                      const T* metric, T* w) {
  constexpr int kVecs = Chunk<T>::kVecs;
  using V = Vec<T>;
  const V one = splat(T(1)), tiny = splat(static_cast<T>(0x1p-120f)), close = splat(T(sizeof(T) == 4 ? 1e-6 : 1e-14));
  Chunk<T> lambda, square = {}, longest = {}, least = {}, r;
  for (int v = 0; v < kVecs; ++v) {
    lambda.v[v] = load(strength + v * kLanes<T>);
    const V soft = load(l1 + v * kLanes<T>);
    for (std::size_t c = 0; c < count; ++c) {
      const std::size_t i = c * step + static_cast<std::size_t>(v * kLanes<T>);
      const V t = load(metric + i), x = load(point + i), threshold = soft * t, d = lambda.v[v] * t;
      const V z = x - clamp(x, -threshold, threshold);
      store(w + i, z);
      square.v[v] = fma(z, z, square.v[v]);
      longest.v[v] = max(longest.v[v], d);
      least.v[v] = max(least.v[v], abs(z) - d);
    }
  }
  if constexpr (kFold) {
    const V all = splat(fold(square)), far = splat(fold_max(longest)), near = splat(fold_max(least));
    for (int v = 0; v < kVecs; ++v) square.v[v] = all, longest.v[v] = far, least.v[v] = near;
  }
  // Both are below the solution: were all metrics the longest, and |w_i| >= |z_i| - d_i for each weight.
  for (int v = 0; v < kVecs; ++v) r.v[v] = max(max(sqrt(square.v[v]) - longest.v[v], least.v[v]), V{});
  for (int round = 0; round < 60; ++round) {
    Chunk<T> sum = {}, slope = {};
    for (int v = 0; v < kVecs; ++v)
      for (std::size_t c = 0; c < count; ++c) {
        const std::size_t i = c * step + static_cast<std::size_t>(v * kLanes<T>);
        const V inverse = one / max(fma(lambda.v[v], load(metric + i), r.v[v]), tiny);
        const V share = load(w + i) * inverse, part = share * share;
        sum.v[v] += part;
        slope.v[v] = fma(part, inverse, slope.v[v]);
      }
    if constexpr (kFold) {
      const V all = splat(fold(sum)), steep = splat(fold(slope));
      for (int v = 0; v < kVecs; ++v) sum.v[v] = all, slope.v[v] = steep;
    }
    bool moved = false;
    for (int v = 0; v < kVecs; ++v) {
      const V forward = sum.v[v] * (sqrt(sum.v[v]) - one) / slope.v[v];
      const auto far = forward > close * r.v[v];  // false for NaN: a group of zeros
      r.v[v] = far ? r.v[v] + forward : r.v[v];
      for (int i = 0; i < kLanes<T>; ++i) moved = moved || far[i] != 0;
    }
    if (!moved) break;
  }
  for (int v = 0; v < kVecs; ++v) {
    const V poison = square.v[v] - square.v[v];  // NaN where a weight is not finite, else +0.0
    for (std::size_t c = 0; c < count; ++c) {
      const std::size_t i = c * step + static_cast<std::size_t>(v * kLanes<T>);
      const V shrink = r.v[v] / max(fma(lambda.v[v], load(metric + i), r.v[v]), tiny);
      store(w + i, load(w + i) * shrink + poison);
    }
  }
}

template <class T>
void prox_group(std::size_t count, std::size_t step, bool fold_lanes, const T* l1, const T* strength, const T* point,
                const T* metric, T* w) {
  (fold_lanes ? prox_group_lanes<T, true> : prox_group_lanes<T, false>)(count, step, l1, strength, point, metric, w);
}

}  // namespace
