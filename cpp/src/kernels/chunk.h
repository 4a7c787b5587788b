// A row in chunks of kFoldLanes elements, so that sums over a row have the same order on every instruction set.
#pragma once

#include "reduce.h"
#include "vec.h"

namespace {

template <class T> struct Chunk {
  static constexpr int kVecs = kFoldLanes<T> / kLanes<T>;
  Vec<T> v[kVecs];
};

// Whether lane i of vector v of a chunk is one of its first `count` elements.
template <class T> PROXNET_INLINE IntVec<T> chunk_mask(int v, std::size_t count) {
  using Scalar = typename VecTraits<T>::Scalar;
  IntVec<T> lane;
  for (int i = 0; i < kLanes<T>; ++i) lane[i] = i;
  return lane < IntVec<T>{} + (static_cast<Scalar>(count) - static_cast<Scalar>(v * kLanes<T>));
}

// The `count` elements at p of a row padded to kRowPad, then `fill`.
template <class T> PROXNET_INLINE Chunk<T> load_chunk(const T* p, std::size_t count, T fill) {
  Chunk<T> c;
  for (int i = 0; i < Chunk<T>::kVecs; ++i) c.v[i] = load(p + i * kLanes<T>);
  if (count < static_cast<std::size_t>(kFoldLanes<T>))
    for (int i = 0; i < Chunk<T>::kVecs; ++i) c.v[i] = chunk_mask<T>(i, count) ? c.v[i] : splat(fill);
  return c;
}
// The same without reading past the `count` elements, for rows of the caller.
template <class T> PROXNET_INLINE Chunk<T> load_unpadded_chunk(const T* p, std::size_t count) {
  if (count == static_cast<std::size_t>(kFoldLanes<T>)) return load_chunk(p, count, T(0));
  T padded[kFoldLanes<T>] = {};
  for (std::size_t k = 0; k < count; ++k) padded[k] = p[k];
  return load_chunk(padded, static_cast<std::size_t>(kFoldLanes<T>), T(0));
}

// The elements beyond `count` become +0.0.
template <class T> PROXNET_INLINE Chunk<T> first_of(Chunk<T> c, std::size_t count) {
  if (count < static_cast<std::size_t>(kFoldLanes<T>))
    for (int i = 0; i < Chunk<T>::kVecs; ++i) c.v[i] = chunk_mask<T>(i, count) ? c.v[i] : Vec<T>{};
  return c;
}
// Stores a whole chunk, with +0.0 beyond `count`.
template <class T> PROXNET_INLINE void store_chunk(T* p, const Chunk<T>& c, std::size_t count) {
  const Chunk<T> kept = first_of(c, count);
  for (int i = 0; i < Chunk<T>::kVecs; ++i) store(p + i * kLanes<T>, kept.v[i]);
}

// Lane i <- lane i + half: fold_tree within a vector.
template <int kHalf, class V, class F> PROXNET_INLINE V fold_vector(V v, F f) {
  constexpr int kN = sizeof(V) / sizeof(v[0]);
  V moved;
  for (int i = 0; i < kN; ++i) moved[i] = v[(i + kHalf) % kN];
  v = f(v, moved);
  if constexpr (kHalf > 1)
    return fold_vector<kHalf / 2>(v, f);
  else
    return v;
}
template <class T, class F> PROXNET_INLINE T fold(Chunk<T> c, F f) {
  for (int half = Chunk<T>::kVecs / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) c.v[i] = f(c.v[i], c.v[i + half]);
  return fold_vector<kLanes<T> / 2>(c.v[0], f)[0];
}
template <class T> PROXNET_INLINE T fold(const Chunk<T>& c) {
  return fold(c, [](Vec<T> a, Vec<T> b) { return a + b; });
}
template <class T> PROXNET_INLINE T fold_max(const Chunk<T>& c) {
  return fold(c, [](Vec<T> a, Vec<T> b) { return max(a, b); });
}

// Applies f(vector) or f(vector, vector) to whole chunks.
template <class T, class F> PROXNET_INLINE Chunk<T> map(const Chunk<T>& a, F f) {
  Chunk<T> c;
  for (int i = 0; i < Chunk<T>::kVecs; ++i) c.v[i] = f(a.v[i]);
  return c;
}
template <class T, class F> PROXNET_INLINE Chunk<T> map(const Chunk<T>& a, const Chunk<T>& b, F f) {
  Chunk<T> c;
  for (int i = 0; i < Chunk<T>::kVecs; ++i) c.v[i] = f(a.v[i], b.v[i]);
  return c;
}

// f(first column, number of columns in the chunk)
template <class T, class F> PROXNET_INLINE void for_chunks(std::size_t cols, F f) {
  constexpr std::size_t kStep = static_cast<std::size_t>(kFoldLanes<T>);
  for (std::size_t j = 0; j < cols; j += kStep) f(j, cols - j < kStep ? cols - j : kStep);
}

template <class T> constexpr T kInfinity = static_cast<T>(__builtin_inf());
template <class T> constexpr T kLargest = sizeof(T) == 4 ? static_cast<T>(__FLT_MAX__) : static_cast<T>(__DBL_MAX__);

}  // namespace
