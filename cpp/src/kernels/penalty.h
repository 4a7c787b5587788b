// One family of kernels per penalty: prox in a diagonal metric, value, subgradient. Rows are kPanel weights wide.
#pragma once

#include "kernel_table.h"
#include "vec.h"

namespace {

template <class T> PROXNET_INLINE T factor_of(const T* factor, std::size_t row) { return factor ? factor[row] : T(1); }

template <class T>
void prox_none(std::size_t rows, const proxnet::PenaltyScalars<T>&, const T*, const T* point, const T*, T* w) {
  for (std::size_t i = 0; i < rows * proxnet::kPanel<T>; i += kLanes<T>) store(w + i, load(point + i) + Vec<T>{});
}

// x - clamp(x, -t, t): +0.0 inside, shrunk outside, NaN stays NaN; then the ridge shrinks by 1 / (1 + 2 l2 metric).
template <class T>
void prox_elastic_net(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* point,
                      const T* metric, T* w) {
  constexpr std::size_t kCols = proxnet::kPanel<T>;
  for (std::size_t r = 0; r < rows; ++r) {
    const T f = factor_of(factor, r);
    const Vec<T> l1 = splat(p.l1 * f), twice_l2 = splat(2 * p.l2 * f), one = splat(T(1));
    for (std::size_t i = r * kCols; i < (r + 1) * kCols; i += kLanes<T>) {
      const Vec<T> x = load(point + i), step = load(metric + i), t = l1 * step;
      Vec<T> u = x - clamp(x, -t, t);
      if (p.l2 != 0) u = u / fma(twice_l2, step, one) + Vec<T>{};
      store(w + i, u);
    }
  }
}

template <class T>
void value_none(std::size_t, const proxnet::PenaltyScalars<T>&, const T*, const T*, T*) {}

template <class T>
void value_elastic_net(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* w, T* sums) {
  constexpr int kVecs = static_cast<int>(proxnet::kPanel<T>) / kLanes<T>;
  Vec<T> total[kVecs];
  for (int v = 0; v < kVecs; ++v) total[v] = load(sums + v * kLanes<T>);
  for (std::size_t r = 0; r < rows; ++r) {
    const T f = factor_of(factor, r);
    const Vec<T> l1 = splat(p.l1 * f), l2 = splat(p.l2 * f);
    for (int v = 0; v < kVecs; ++v) {
      const Vec<T> x = load(w + r * proxnet::kPanel<T> + v * kLanes<T>);
      total[v] = fma(l1, abs(x), total[v]);
      if (p.l2 != 0) total[v] = fma(l2, x * x, total[v]);
    }
  }
  for (int v = 0; v < kVecs; ++v) store(sums + v * kLanes<T>, total[v]);
}

template <class T>
void gradient_none(std::size_t, const proxnet::PenaltyScalars<T>&, const T*, const T*, T*) {}

template <class T>
void gradient_elastic_net(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* w, T* g) {
  constexpr std::size_t kCols = proxnet::kPanel<T>;
  for (std::size_t r = 0; r < rows; ++r) {
    const T f = factor_of(factor, r);
    const Vec<T> l1 = splat(p.l1 * f), twice_l2 = splat(2 * p.l2 * f), zero = {};
    for (std::size_t i = r * kCols; i < (r + 1) * kCols; i += kLanes<T>) {
      const Vec<T> x = load(w + i);
      const Vec<T> sign = x > zero ? l1 : (x < zero ? -l1 : zero);
      store(g + i, load(g + i) + fma(twice_l2, x, sign));
    }
  }
}

}  // namespace
