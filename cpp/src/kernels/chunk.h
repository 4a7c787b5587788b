// A row in pieces of kFoldLanes elements, so that what is summed over a row is summed alike on every instruction set.
#pragma once

#include "reduce.h"
#include "vec.h"

namespace {

template <class T> struct Chunk {
  static constexpr int kVecs = kFoldLanes<T> / kLanes<T>;
  Vec<T> v[kVecs];
};

// The `count` elements at p; what lies beyond them takes `fill`.
template <class T> PROXNET_INLINE Chunk<T> load_chunk(const T* p, std::size_t count, T fill) {
  T padded[kFoldLanes<T>];
  if (count < static_cast<std::size_t>(kFoldLanes<T>)) {
    for (std::size_t k = 0; k < static_cast<std::size_t>(kFoldLanes<T>); ++k) padded[k] = k < count ? p[k] : fill;
    p = padded;
  }
  Chunk<T> c;
  for (int i = 0; i < Chunk<T>::kVecs; ++i) c.v[i] = load(p + i * kLanes<T>);
  return c;
}

// Writes a whole chunk: the elements beyond `count` as +0.0.
template <class T> PROXNET_INLINE void store_chunk(T* p, const Chunk<T>& c, std::size_t count) {
  for (int i = 0; i < Chunk<T>::kVecs; ++i) store(p + i * kLanes<T>, c.v[i]);
  for (std::size_t k = count; k < static_cast<std::size_t>(kFoldLanes<T>); ++k) p[k] = 0;
}

template <class T> PROXNET_INLINE T fold(const Chunk<T>& c) {
  T lane[kFoldLanes<T>];
  for (int i = 0; i < Chunk<T>::kVecs; ++i) store(lane + i * kLanes<T>, c.v[i]);
  return fold_tree<kFoldLanes<T>>(lane);
}

template <class T> PROXNET_INLINE T fold_max(const Chunk<T>& c) {
  T lane[kFoldLanes<T>];
  for (int i = 0; i < Chunk<T>::kVecs; ++i) store(lane + i * kLanes<T>, c.v[i]);
  T top = lane[0];
  for (int k = 1; k < kFoldLanes<T>; ++k) top = lane[k] > top ? lane[k] : top;
  return top;
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
