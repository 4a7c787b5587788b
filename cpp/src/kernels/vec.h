// Vectors of native width, by GCC/Clang vector extensions. No other file depends on the register width.
// All kernels are compiled once per instruction set, so everything here must stay in the anonymous namespace.
#pragma once

#include <cstddef>
#include <cstring>

namespace {

#if defined(__AVX512F__)
constexpr int kVectorBytes = 64;
#elif defined(__AVX2__)
constexpr int kVectorBytes = 32;
#else
constexpr int kVectorBytes = 16;
#endif

#define PROXNET_INLINE inline __attribute__((always_inline))

typedef float VecF32 __attribute__((vector_size(kVectorBytes)));
typedef double VecF64 __attribute__((vector_size(kVectorBytes)));
typedef int VecI32 __attribute__((vector_size(kVectorBytes)));
typedef long long VecI64 __attribute__((vector_size(kVectorBytes)));
typedef unsigned VecU32 __attribute__((vector_size(kVectorBytes)));
typedef unsigned long long VecU64 __attribute__((vector_size(kVectorBytes)));

template <class T> struct VecTraits;
template <> struct VecTraits<float> {
  using Vec = VecF32;
  using Int = VecI32;
  using Scalar = int;
};
template <> struct VecTraits<double> {
  using Vec = VecF64;
  using Int = VecI64;
  using Scalar = long long;
};

template <class T> using Vec = typename VecTraits<T>::Vec;
template <class T> using IntVec = typename VecTraits<T>::Int;  // one integer per lane, as wide as the lane
template <class T> constexpr int kLanes = kVectorBytes / static_cast<int>(sizeof(T));

// Reductions use this many lanes on every instruction set, with element k in lane k mod kFoldLanes, so that their bits
// are equal.
template <class T> constexpr int kFoldLanes = 64 / static_cast<int>(sizeof(T));

template <class T> PROXNET_INLINE Vec<T> load(const T* p) {
  Vec<T> v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
template <class T> PROXNET_INLINE void store(T* p, Vec<T> v) { __builtin_memcpy(p, &v, sizeof v); }

// The first `count` elements, then zeros; reads nothing past p[count - 1].
template <class T> PROXNET_INLINE Vec<T> load_first(const T* p, std::size_t count) {
  Vec<T> v = {};
  __builtin_memcpy(&v, p, count * sizeof(T));
  return v;
}
template <class T> PROXNET_INLINE void store_first(T* p, Vec<T> v, std::size_t count) {
  __builtin_memcpy(p, &v, count * sizeof(T));
}
// x - 0 is x, also for -0, and compiles to one broadcast from memory (0 + x is an addition and a shuffle).
template <class T> PROXNET_INLINE Vec<T> splat(T x) { return x - Vec<T>{}; }

// Lane i of the result is lane index[i] % kLanes of v: one instruction from AVX2 on.
template <class T> PROXNET_INLINE Vec<T> lookup(Vec<T> v, IntVec<T> index) {
#if defined(__clang__)
  Vec<T> r;
  for (int i = 0; i < kLanes<T>; ++i) r[i] = v[index[i] & (kLanes<T> - 1)];
  return r;
#else
  return __builtin_shuffle(v, index);
#endif
}

// g++ 12 turns these loops over lanes into one packed instruction only if they are not unrolled.
PROXNET_INLINE VecF32 fma(VecF32 a, VecF32 b, VecF32 c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  VecF32 r;
#pragma GCC unroll 1
  for (int i = 0; i < kLanes<float>; ++i) r[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return r;
#else
  return a * b + c;  // baseline x86: two roundings; agrees with the others to rounding only
#endif
}
PROXNET_INLINE VecF64 fma(VecF64 a, VecF64 b, VecF64 c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  VecF64 r;
#pragma GCC unroll 1
  for (int i = 0; i < kLanes<double>; ++i) r[i] = __builtin_fma(a[i], b[i], c[i]);
  return r;
#else
  return a * b + c;
#endif
}
PROXNET_INLINE float fma(float a, float b, float c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}
PROXNET_INLINE double fma(double a, double b, double c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}

PROXNET_INLINE VecF32 sqrt(VecF32 a) {
  VecF32 r;
#pragma GCC unroll 1
  for (int i = 0; i < kLanes<float>; ++i) r[i] = __builtin_sqrtf(a[i]);
  return r;
}
PROXNET_INLINE VecF64 sqrt(VecF64 a) {
  VecF64 r;
#pragma GCC unroll 1
  for (int i = 0; i < kLanes<double>; ++i) r[i] = __builtin_sqrt(a[i]);
  return r;
}

// If the comparison is false (NaN too) the result is the first argument: max(x, low) keeps a NaN x.
template <class V> PROXNET_INLINE V max(V x, V low) { return x < low ? low : x; }
template <class V> PROXNET_INLINE V min(V x, V high) { return x > high ? high : x; }
template <class V> PROXNET_INLINE V clamp(V x, V low, V high) { return min(max(x, low), high); }
template <class V> PROXNET_INLINE V select(decltype(V{} < V{}) mask, V yes, V no) { return mask ? yes : no; }
PROXNET_INLINE VecF32 abs(VecF32 x) { return (VecF32)((VecI32)x & 0x7fffffff); }
PROXNET_INLINE VecF64 abs(VecF64 x) { return (VecF64)((VecI64)x & 0x7fffffffffffffffLL); }

}  // namespace
