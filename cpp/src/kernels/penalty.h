// Kernels of the elastic net: prox in a diagonal metric, value, subgradient. Rows have kPanel weights.
#pragma once

#include "kernel_table.h"
#include "vec.h"

namespace {

template <class T> PROXNET_INLINE T factor_of(const T* factor, std::size_t row) { return factor ? factor[row] : T(1); }

template <class T>
void prox_none(std::size_t rows, const proxnet::PenaltyScalars<T>&, const T*, const T* point, const T*, T* w) {
  for (std::size_t i = 0; i < rows * proxnet::kPanel<T>; i += kLanes<T>) store(w + i, load(point + i) + Vec<T>{});
}

// (x - clamp(x, -t, t)) / (1 + 2 l2 metric), t = l1 metric: +0.0 within [-t, t], NaN stays NaN.
template <class T, bool kRidge>
PROXNET_INLINE Vec<T> elastic_net_prox(Vec<T> x, Vec<T> step, Vec<T> l1, Vec<T> twice_l2) {
  const Vec<T> t = l1 * step, u = x - clamp(x, -t, t);
  return kRidge ? u / fma(twice_l2, step, splat(T(1))) + Vec<T>{} : u;
}

template <class T, bool kRidge>
PROXNET_INLINE Vec<T> elastic_net_value(Vec<T> x, Vec<T> l1, Vec<T> l2, Vec<T> total) {
  total = fma(l1, abs(x), total);
  return kRidge ? fma(l2, x * x, total) : total;
}

template <class T, bool kRidge>
void prox_rows(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* point, const T* metric,
               T* w) {
  constexpr std::size_t kCols = proxnet::kPanel<T>;
  for (std::size_t r = 0; r < rows; ++r) {
    const T f = factor_of(factor, r);
    const Vec<T> l1 = splat(p.l1 * f), twice_l2 = splat(2 * p.l2 * f);
    for (std::size_t i = r * kCols; i < (r + 1) * kCols; i += kLanes<T>)
      store(w + i, elastic_net_prox<T, kRidge>(load(point + i), load(metric + i), l1, twice_l2));
  }
}
template <class T>
void prox_elastic_net(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* point,
                      const T* metric, T* w) {
  (p.l2 != 0 ? prox_rows<T, true> : prox_rows<T, false>)(rows, p, factor, point, metric, w);
}

template <class T>
void value_none(std::size_t, const proxnet::PenaltyScalars<T>&, const T*, const T*, T*) {}

template <class T, bool kRidge>
void value_rows(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* w, T* sums) {
  constexpr int kVecs = static_cast<int>(proxnet::kPanel<T>) / kLanes<T>;
  Vec<T> total[kVecs];
  for (int v = 0; v < kVecs; ++v) total[v] = load(sums + v * kLanes<T>);
  for (std::size_t r = 0; r < rows; ++r) {
    const T f = factor_of(factor, r);
    for (int v = 0; v < kVecs; ++v, w += kLanes<T>)
      total[v] = elastic_net_value<T, kRidge>(load(w), splat(p.l1 * f), splat(p.l2 * f), total[v]);
  }
  for (int v = 0; v < kVecs; ++v) store(sums + v * kLanes<T>, total[v]);
}
template <class T>
void value_elastic_net(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* w, T* sums) {
  (p.l2 != 0 ? value_rows<T, true> : value_rows<T, false>)(rows, p, factor, w, sums);
}

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
