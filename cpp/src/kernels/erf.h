// erf and the normal distribution function, on vectors and on arrays.
//
// Largest error in ulp, with fma / without (x^2 then loses its low half), over the tests' inputs:
//           erf          normal_cdf
//   float   1.09 / 1.11  4.10 / 65.4
//   double  1.25 / 1.25  4.55 / 505
#pragma once

#include "vmath.h"

namespace {

// (erf(x) / x - 1) as a polynomial in z = x^2, |x| <= 0.9: to 2^-29.1 (float) and 2^-56 (double).
PROXNET_INLINE VecF32 erf_tail(VecF32 z) {
  return horner(z, 0x1.06eba8p-3f, -0x1.812744p-2f, 0x1.ce2e5cp-4f, -0x1.b815ccp-6f, 0x1.551070p-8f, -0x1.acd92ap-11f,
                0x1.65bfc0p-14f);
}
PROXNET_INLINE VecF64 erf_tail(VecF64 z) {
  return horner(z, 0x1.06eba8214db69p-3, -0x1.812746b0379e3p-2, 0x1.ce2f21a042822p-4, -0x1.b82ce31273114p-6,
                0x1.565bcd0a60cdcp-8, -0x1.c02db31c72a35p-11, 0x1.f9a307176ef13p-14, -0x1.f4cf6a5de9cf3p-17,
                0x1.b9b82879bf4f3p-20, -0x1.5d8926e69e361p-23, 0x1.e2ce2646d66cbp-27, -0x1.d2f667da9b81bp-31);
}

// (1 + 2 a) e^(a^2) erfc(a) as a polynomial in t = (a - 3.75) / (a + 3.75), a >= 0.5: to 2^-24.4 and 2^-53.
PROXNET_INLINE VecF32 erfc_scaled(VecF32 t) {
  return horner(t, 0x1.3ccda0p+0f, -0x1.1f3674p-3f, 0x1.d5f8eap-9f, 0x1.510034p-4f, -0x1.bdaee6p-4f, 0x1.7a2358p-4f,
                -0x1.e05552p-5f, 0x1.cfc552p-6f, -0x1.485c6ep-7f, 0x1.c966d4p-10f, 0x1.905ad4p-11f);
}
PROXNET_INLINE VecF64 erfc_scaled(VecF64 t) {
  return horner(t, 0x1.3ccda0b5d5dc2p+0, -0x1.1f367683f89a7p-3, 0x1.d5f2948159d16p-9, 0x1.510169d0967c1p-4,
                -0x1.bda9309a288a4p-4, 0x1.7a14188a9a6b5p-4, -0x1.e0d0fa6dffe2fp-5, 0x1.d0b0037d912e4p-6,
                -0x1.3f603c341fc4fp-7, 0x1.cc3a0e4caf30bp-10, 0x1.33fb253251300p-12, -0x1.303fa23ac904cp-12,
                0x1.b14415dd804edp-15, 0x1.778b7a1515856p-16, -0x1.8004bb5adf5d2p-17, -0x1.05641b636ee27p-20,
                0x1.d656c8b721674p-20, -0x1.e53c3da8189f3p-25, -0x1.1590fe6b3df84p-22, 0x1.7b8c0a91c47fdp-26,
                0x1.42db858f94dffp-25, -0x1.80dd44d99a1a5p-29, -0x1.14607874fa9eep-28);
}

// erfc(a) / gauss for a >= 0.5, where gauss = e^(-a^2).
template <class T> PROXNET_INLINE Vec<T> erfc_over(Vec<T> a) {
  return erfc_scaled((a - T(3.75)) / (a + T(3.75))) / (a + a + T(1));
}

template <class T> PROXNET_INLINE Vec<T> erf_of(Vec<T> x) {
  using F = Format<T>;
  const Vec<T> a = abs(x), small = fma(a, erf_tail(a * a), a);
  const Vec<T> bounded = min(a, splat(T(8)));  // from 6 on erf is 1
  const Vec<T> large = T(1) - exp(-bounded * bounded) * erfc_over<T>(bounded);
  return (Vec<T>)((Word<T>)select(a < splat(T(0.9)), small, large) | ((Word<T>)x & F::kSign));
}

template <class T> struct Normal {
  Vec<T> cdf, gauss;  // P(Z <= x), e^(-x^2 / 2)
};

// Accurate in the lower tail too, where 1 + erf would cancel.
template <class T> PROXNET_INLINE Normal<T> normal_of(Vec<T> x) {
  const Vec<T> bounded = min(abs(x), splat(T(40)));  // gauss(40) is 0
  const Vec<T> square = bounded * bounded, lost = fma(bounded, bounded, -square);
  const Vec<T> rounded = exp(square * T(-0.5)), gauss = fma(rounded * T(-0.5), lost, rounded);
  const Vec<T> a = bounded * T(0.70710678118654752440), half = a * T(0.5);
  const Vec<T> upper = gauss * erfc_over<T>(a) * T(0.5), inner = fma(half, erf_tail(a * a), half);
  const Vec<T> tail = select(a < splat(T(0.5)), T(0.5) - inner, upper);
  return {select(x > Vec<T>{}, T(1) - tail, tail), gauss};
}

template <class T> void erf_array(std::size_t n, const T* x, T* y) {
  map_array(n, x, y, [](Vec<T> v) __attribute__((always_inline)) { return erf_of<T>(v); });
}
template <class T> void normal_cdf_array(std::size_t n, const T* x, T* y) {
  map_array(n, x, y, [](Vec<T> v) __attribute__((always_inline)) { return normal_of<T>(v).cdf; });
}

}  // namespace
