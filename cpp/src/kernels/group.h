// Sums over groups of weights (rows or columns of a tile), and the prox of the sparse group lasso in a diagonal
// metric, given the new norm of each group.
#pragma once

#include "chunk.h"
#include "kernel_table.h"
#include "transpose.h"

namespace {

template <class T, int kCount> struct GroupVectors {
  Vec<T> v[kCount];
};

// Sums of the kLanes rows in `part`, each kFoldLanes numbers, in the tree of fold(); row i in lane i.
template <class T, class F> PROXNET_INLINE Vec<T> fold_rows(const T* part, std::size_t row, F f) {
  constexpr int kN = kLanes<T>, kVecs = Chunk<T>::kVecs;
  Vec<T> rows[kN];
#pragma GCC unroll 16
  for (int i = 0; i < kN; ++i) {
    Chunk<T> c;
    for (int v = 0; v < kVecs; ++v) c.v[v] = load(part + static_cast<std::size_t>(i) * row + v * kN);
    for (int half = kVecs / 2; half > 0; half /= 2)
      for (int v = 0; v < half; ++v) c.v[v] = f(c.v[v], c.v[v + half]);
    rows[i] = c.v[0];
  }
#pragma GCC unroll 4
  for (int half = kN / 2; half > 0; half /= 2)
#pragma GCC unroll 8
    for (int i = 0; i < half; ++i) {
      Vec<T> low, high;
      interleave(rows[i], rows[i + half], low, high);
      rows[i] = f(low, high);
    }
  return rows[0];
}

// add(row, element, sums) adds each vector of the tile to its group's sums; sums from kMax on are maxima. out[s][g]
// is sum s of group g: kPanel columns, or the rows rounded up to kLanes.
template <class T, bool kByRow, int kSums, int kMax, class F>
PROXNET_INLINE void sum_groups(std::size_t rows, T* const* out, F add) {
  constexpr std::size_t kCols = proxnet::kPanel<T>, kN = kLanes<T>, kFold = kFoldLanes<T>;
  if constexpr (!kByRow) {
    for (std::size_t j = 0; j < kCols; j += kN) {
      GroupVectors<T, kSums> sums = {};
      for (std::size_t r = 0; r < rows; ++r) add(r, r * kCols + j, sums);
      for (int s = 0; s < kSums; ++s) store(out[s] + j, sums.v[s]);
    }
    return;
  }
  for (std::size_t first = 0; first < rows; first += kN) {
    alignas(64) T part[kN * kSums * kFold];
    for (std::size_t i = 0; i < kN; ++i)
      for (std::size_t v = 0; v < kFold; v += kN) {
        GroupVectors<T, kSums> sums = {};
        for (std::size_t j = v; first + i < rows && j < kCols; j += kFold)
          add(first + i, (first + i) * kCols + j, sums);
        for (int s = 0; s < kSums; ++s) store(part + (i * kSums + static_cast<std::size_t>(s)) * kFold + v, sums.v[s]);
      }
    for (int s = 0; s < kSums; ++s) {
      const T* from = part + static_cast<std::size_t>(s) * kFold;
      store(out[s] + first, s < kMax ? fold_rows<T>(
                                           from, kSums * kFold, [](Vec<T> a, Vec<T> b) { return a + b; })
                                     : fold_rows<T>(from, kSums * kFold, [](Vec<T> a, Vec<T> b) { return max(a, b); }));
    }
  }
}

// A number of the group, for the vector at `element` of row `row`.
template <class T, bool kByRow>
PROXNET_INLINE Vec<T> of_group(const T* numbers, std::size_t row, std::size_t element) {
  return kByRow ? splat(numbers[row]) : load(numbers + element % proxnet::kPanel<T>);
}

// z, the soft threshold of the point by l1 * metric, and d = strength * metric.
template <class T, bool kByRow, bool kSparse>
PROXNET_INLINE void group_weight(const proxnet::GroupTile<T>& t, std::size_t row, std::size_t i, Vec<T>& z, Vec<T>& d) {
  const Vec<T> metric = load(t.metric + i);
  z = load(t.w + i), d = of_group<T, kByRow>(t.strength, row, i) * metric;
  if constexpr (kSparse) {
    const Vec<T> threshold = of_group<T, kByRow>(t.l1, row, i) * metric;
    z = z - clamp(z, -threshold, threshold);
  }
}

template <class T, bool kByRow>
void group_norms_of(std::size_t rows, bool absolute, const T* w, T* const* out) {
  const auto square = [&](std::size_t, std::size_t i, auto& sums) {
    const Vec<T> x = load(w + i);
    sums.v[0] = fma(x, x, sums.v[0]);
    if constexpr (sizeof(sums.v) > sizeof(Vec<T>)) sums.v[1] += abs(x);
  };
  if (absolute)
    sum_groups<T, kByRow, 2, 2>(rows, out, square);
  else
    sum_groups<T, kByRow, 1, 1>(rows, out, square);
}
template <class T> void group_norms(std::size_t rows, bool by_row, bool absolute, const T* w, T* const* out) {
  (by_row ? group_norms_of<T, true> : group_norms_of<T, false>)(rows, absolute, w, out);
}

// Sums of z^2, z^2 d and z^2 d^2, and max d where z != 0.
template <class T, bool kByRow, bool kSparse>
void group_moments_of(const proxnet::GroupTile<T>& t, T* const* out) {
  sum_groups<T, kByRow, 4, 3>(t.rows, out, [&](std::size_t row, std::size_t i, auto& sums) {
    Vec<T> z, d;
    group_weight<T, kByRow, kSparse>(t, row, i, z, d);
    const Vec<T> square = z * z, first = square * d;
    sums.v[0] += square;
    sums.v[1] += first;
    sums.v[2] = fma(first, d, sums.v[2]);
    sums.v[3] = max(sums.v[3], z != Vec<T>{} ? d : Vec<T>{});
  });
}

// For the group's norm r: sums of q = (z / (r + d))^2 and q / (r + d).
template <class T, bool kByRow, bool kSparse> void group_newton_of(const proxnet::GroupTile<T>& t, T* const* out) {
  const Vec<T> one = splat(T(1)), tiny = splat(static_cast<T>(0x1p-120f));
  sum_groups<T, kByRow, 2, 2>(t.rows, out, [&](std::size_t row, std::size_t i, auto& sums) {
    Vec<T> z, d;
    group_weight<T, kByRow, kSparse>(t, row, i, z, d);
    const Vec<T> inverse = one / max(of_group<T, kByRow>(t.norm, row, i) + d, tiny), share = z * inverse;
    const Vec<T> part = share * share;
    sums.v[0] += part;
    sums.v[1] = fma(part, inverse, sums.v[1]);
  });
}

// w = z r / (r + d)
template <class T, bool kByRow, bool kSparse> void group_shrink_of(const proxnet::GroupTile<T>& t, T* const*) {
  const Vec<T> tiny = splat(static_cast<T>(0x1p-120f));
  for (std::size_t row = 0; row < t.rows; ++row)
    for (std::size_t i = row * proxnet::kPanel<T>; i < (row + 1) * proxnet::kPanel<T>; i += kLanes<T>) {
      Vec<T> z, d;
      group_weight<T, kByRow, kSparse>(t, row, i, z, d);
      const Vec<T> r = of_group<T, kByRow>(t.norm, row, i);
      store(t.w + i, z * (r / max(r + d, tiny)) + Vec<T>{});
    }
}

#define PROXNET_BY_GROUP(name)                                                     \
  template <class T> void name(const proxnet::GroupTile<T>& t, T* const* out) {    \
    if (t.by_row)                                                                  \
      (t.sparse ? name##_of<T, true, true> : name##_of<T, true, false>)(t, out);   \
    else                                                                           \
      (t.sparse ? name##_of<T, false, true> : name##_of<T, false, false>)(t, out); \
  }
PROXNET_BY_GROUP(group_moments)
PROXNET_BY_GROUP(group_newton)
PROXNET_BY_GROUP(group_shrink)
#undef PROXNET_BY_GROUP

}  // namespace
