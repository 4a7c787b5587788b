// exp, expm1, log, log1p, tanh and sigmoid on vectors, and on arrays of them.
// Only correctly rounded operations and fma(): the bits are the same wherever fma() is one operation.
//
// Largest error in ulp, with fma / without; float over all inputs, double over 12 million random and edge ones:
//           exp          log          log1p        tanh         sigmoid
//   float   1.02 / 0.99  0.88 / 0.93  1.48 / 1.53  1.34 / 1.36  1.70 / 1.75
//   double  1.02 / 0.99  0.86 / 0.97  1.17 / 1.08  1.33 / 1.34  1.64 / 1.67
// expm1, over the tests' inputs: float 1.43 / 1.52, double 1.99 / 1.95.
#pragma once

#include <cstddef>

#include "vec.h"

namespace {

template <class T> struct Format;
template <> struct Format<float> {
  using Word = VecU32;
  static constexpr int kMantissa = 23;
  // bits of 2.0, of sqrt(1/2), of the sign, of sign and exponent
  static constexpr unsigned kTwo = 0x40000000u, kSqrtHalf = 0x3f3504f3u, kSign = 0x80000000u, kExponent = 0xff800000u;
  static constexpr float kShift = 0x1p23f, kMinNormal = 0x1p-126f, kInf = __builtin_inff();
  // n * kLn2Hi is exact for every exponent n.
  static constexpr float kLog2E = 0x1.715476p+0f, kLn2Hi = 0x1.62e4p-1f, kLn2Lo = 0x1.7f7d1cp-20f;
  // Outside this range exp is 0 or infinite; sigmoid(x) is 1 from kOne on; tanh(x) is 1 from kTanhOne on.
  static constexpr float kExpLow = -104.0f, kExpHigh = 89.0f, kOne = 18.0f, kTanhOne = 9.2f;
  static constexpr int kBias = 127, kSigmoidScale = 64;
  static constexpr float kSigmoidUnit = 0x1p-64f;
};
template <> struct Format<double> {
  using Word = VecU64;
  static constexpr int kMantissa = 52;
  static constexpr unsigned long long kTwo = 0x4000000000000000u, kSqrtHalf = 0x3fe6a09e667f3bcdu,
                                      kSign = 0x8000000000000000u, kExponent = 0xfff0000000000000u;
  static constexpr double kShift = 0x1p52, kMinNormal = 0x1p-1022, kInf = __builtin_inf();
  static constexpr double kLog2E = 0x1.71547652b82fep+0, kLn2Hi = 0x1.62e42fefa38p-1, kLn2Lo = 0x1.ef35793c7673p-45;
  static constexpr double kExpLow = -746.0, kExpHigh = 710.0, kOne = 40.0, kTanhOne = 20.0;
  static constexpr int kBias = 1023, kSigmoidScale = 512;
  static constexpr double kSigmoidUnit = 0x1p-512;
};

template <class T> using Word = typename Format<T>::Word;

// c + x (rest...): coefficients in ascending order.
template <class V, class T, class... Rest> PROXNET_INLINE V horner(V x, T c, Rest... rest) {
  if constexpr (sizeof...(rest) == 0)
    return splat(c);
  else
    return fma(x, horner(x, rest...), splat(c));
}

// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2: minimax, e^r to 2^-28.2 (float) and 2^-56.4 (double).
PROXNET_INLINE VecF32 exp_tail(VecF32 r) {
  return horner(r, 0x1.fffffcp-2f, 0x1.555492p-3f, 0x1.5558acp-5f, 0x1.123974p-7f, 0x1.6a5026p-10f);
}
PROXNET_INLINE VecF64 exp_tail(VecF64 r) {
  return horner(r, 0x1.000000000000ap-1, 0x1.55555555554fap-3, 0x1.555555555086dp-5, 0x1.1111111127c31p-7,
                0x1.6c16c1842db6ep-10, 0x1.a01a012a44ecbp-13, 0x1.a0199a01e963fp-16, 0x1.71df256c06e0ap-19,
                0x1.28ad7cfa0f2c7p-22, 0x1.ad7f605207511p-26);
}

// ((log(1 + f) - f) / f^2 + 1/2) / f for 1 + f in [sqrt(1/2), sqrt(2)]: minimax, log to 2^-27.3 and 2^-56.3.
PROXNET_INLINE VecF32 log_tail(VecF32 f) {
  return horner(f, 0x1.555554p-2f, -0x1.000226p-2f, 0x1.99a01cp-3f, -0x1.54728cp-3f, 0x1.22d934p-3f, -0x1.0d8230p-3f,
                0x1.055e7cp-3f, -0x1.38c96cp-4f);
}
PROXNET_INLINE VecF64 log_tail(VecF64 f) {
  return horner(f, 0x1.5555555555533p-2, -0x1.fffffffffef14p-3, 0x1.999999999f755p-3, -0x1.555555566b378p-3,
                0x1.24924922a3eacp-3, -0x1.ffffff2bf6ca6p-4, 0x1.c71c71e012e7dp-4, -0x1.9999c26b25330p-4,
                0x1.745d3f1cd0392p-4, -0x1.5550ee7863094p-4, 0x1.3b0b8921738b3p-4, -0x1.24d74e76ba6f7p-4,
                0x1.11ccff5496459p-4, -0x1.fba1c4b26a5dep-5, 0x1.d05a7e531808bp-5, -0x1.d11fc362abc5ep-5,
                0x1.0a620dbc69af5p-4, -0x1.ea056700a7402p-5, 0x1.ac74eed02a2e3p-6);
}

// (tanh(a) / a - 1) / a^2 as a polynomial in z = a^2, a <= 0.55: minimax, tanh to 2^-28.5 and 2^-60.3.
PROXNET_INLINE VecF32 tanh_tail(VecF32 z) {
  return horner(z, -0x1.55554ap-2f, 0x1.110ceep-3f, -0x1.b91f8ap-5f, 0x1.590a1cp-6f, -0x1.9abde8p-8f);
}
PROXNET_INLINE VecF64 tanh_tail(VecF64 z) {
  return horner(z, -0x1.555555555554fp-2, 0x1.1111111110797p-3, -0x1.ba1ba1b97d188p-5, 0x1.664f485956c3fp-6,
                -0x1.226e2f11131ccp-7, 0x1.d6d29b098e3ddp-9, -0x1.7d8fcc6112737p-10, 0x1.348370f6a2af6p-11,
                -0x1.e96d433cacd54p-13, 0x1.5d6cfb19b8a00p-14, -0x1.46fe683a529fdp-16);
}

template <class T> struct ExpParts {
  Vec<T> tail;  // e^x = 2^n (1 + tail), |tail| < 0.42
  Word<T> n;    // n + offset in the low bits, zeros above them up to the width of sign and exponent
};

// x is bounded so that 0 <= n + offset. Adding 1.5 * 2^mantissa rounds to an integer and leaves it in the low bits.
template <class T> PROXNET_INLINE ExpParts<T> exp_parts(Vec<T> x, int offset) {
  using F = Format<T>;
  const Vec<T> magic = splat(T(1.5) * F::kShift + T(offset));
  const Vec<T> shifted = fma(x, splat(F::kLog2E), magic), n = shifted - magic;
  const Vec<T> r = fma(n, splat(-F::kLn2Lo), fma(n, splat(-F::kLn2Hi), x));
  return {fma(r * r, exp_tail(r), r), (Word<T>)shifted};
}

// The power of two is applied in two halves: the first is exact, the second overflows or underflows gradually.
template <class T> PROXNET_INLINE Vec<T> exp_of(Vec<T> x) {
  using F = Format<T>;
  const ExpParts<T> p = exp_parts<T>(clamp(x, splat(F::kExpLow), splat(F::kExpHigh)), 2 * F::kBias);
  const Word<T> half = p.n >> 1;
  return (p.tail + T(1)) * (Vec<T>)(half << F::kMantissa) * (Vec<T>)((p.n - half) << F::kMantissa);
}

// 2 (2^(n - 1) tail + (2^(n - 1) - 1/2)): half the power never overflows where the result does not.
template <class T> PROXNET_INLINE Vec<T> expm1_of(Vec<T> x) {
  using F = Format<T>;
  const ExpParts<T> p = exp_parts<T>(clamp(x, splat(-F::kOne), splat(F::kExpHigh)), F::kBias - 1);
  const Vec<T> power = (Vec<T>)(p.n << F::kMantissa), half = fma(power, p.tail, power - T(0.5));
  return half + half;
}

// s / (s + s e^-x), with s small enough that s e^-x does not overflow; `lost`: the rounding error of the sum.
template <class T> PROXNET_INLINE Vec<T> sigmoid_of(Vec<T> x) {
  using F = Format<T>;
  const ExpParts<T> p = exp_parts<T>(clamp(-x, splat(-F::kOne), splat(-F::kExpLow)), F::kBias - F::kSigmoidScale);
  const Vec<T> scale = splat(F::kSigmoidUnit), power = (Vec<T>)(p.n << F::kMantissa);
  const Vec<T> sum = power + scale, lost = scale - (sum - power);
  return scale / (sum + fma(power, p.tail, lost));
}

// 1 - 2 / (e^2a + 1) for a = |x| >= 0.55, a polynomial below.
template <class T> PROXNET_INLINE Vec<T> tanh_of(Vec<T> x) {
  using F = Format<T>;
  const Vec<T> a = abs(x), square = a * a, small = fma(square * a, tanh_tail(square), a);
  const Vec<T> bounded = min(a, splat(F::kTanhOne));
  const ExpParts<T> p = exp_parts<T>(bounded + bounded, F::kBias);
  const Vec<T> power = (Vec<T>)(p.n << F::kMantissa);
  const Vec<T> large = T(1) - T(2) / fma(power, p.tail, power + T(1));
  return (Vec<T>)((Word<T>)select(a < splat(T(0.55)), small, large) | ((Word<T>)x & F::kSign));
}

// For x = 2^-n m, m in [sqrt(1/2), sqrt(2)): the bits of 2^(n + 1), n + bias + 1 in the exponent bits.
template <class T> PROXNET_INLINE Word<T> log_parts(Vec<T> x) {
  using F = Format<T>;
  return (F::kTwo + F::kSqrtHalf + ~F::kExponent) - (Word<T>)x;
}

// log(2^-n (1 + f)) from the word of log_parts and `raise` added to n. The order keeps log1p(-0) = -0.
template <class T> PROXNET_INLINE Vec<T> log_join(Vec<T> f, Word<T> parts, Vec<T> raise) {
  using F = Format<T>;
  const Vec<T> shift = splat(F::kShift);
  const Vec<T> n = (Vec<T>)((parts >> F::kMantissa) | (Word<T>)shift) - (F::kShift + T(F::kBias + 1)) + raise;
  const Vec<T> low = fma(f * f, fma(f, log_tail(f), splat(T(-0.5))), n * -F::kLn2Lo);
  return fma(n, splat(-F::kLn2Hi), f + low);
}

// u > 0: y; u = 0: -inf; u < 0: NaN; x if it is infinite or NaN.
template <class T> PROXNET_INLINE Vec<T> log_special(Vec<T> x, Vec<T> u, Vec<T> y) {
  const Vec<T> infinity = splat(Format<T>::kInf), zero = {};
  const Vec<T> outside = (Vec<T>)((Word<T>)(u < zero) | (Word<T>)-infinity);
  return select(x < infinity, select(u > zero, y, outside), x);
}

template <class T> PROXNET_INLINE Vec<T> log_of(Vec<T> x) {
  using F = Format<T>;
  const auto subnormal = x < splat(F::kMinNormal);
  const Vec<T> v = select(subnormal, x * F::kShift, x);
  const Word<T> parts = log_parts<T>(v);
  const Vec<T> m = (Vec<T>)((Word<T>)v - F::kTwo + (parts & F::kExponent));
  return log_special<T>(x, x, log_join<T>(m - T(1), parts, select(subnormal, splat(T(F::kMantissa)), Vec<T>{})));
}

// log(1 + x) with f = 2^n x + (2^n - 1) from the exact x, which is x if n = 0.
template <class T> PROXNET_INLINE Vec<T> log1p_of(Vec<T> x) {
  using F = Format<T>;
  const Vec<T> u = x + T(1);
  const Word<T> parts = log_parts<T>(u), twice = parts & F::kExponent;
  const Vec<T> f = (Vec<T>)((Word<T>)x - F::kTwo + twice) - fma((Vec<T>)twice, splat(T(-0.5)), splat(T(1)));
  return log_special<T>(x, u, log_join<T>(f, parts, Vec<T>{}));
}

PROXNET_INLINE VecF32 exp(VecF32 x) { return exp_of<float>(x); }
PROXNET_INLINE VecF64 exp(VecF64 x) { return exp_of<double>(x); }
PROXNET_INLINE VecF32 expm1(VecF32 x) { return expm1_of<float>(x); }
PROXNET_INLINE VecF64 expm1(VecF64 x) { return expm1_of<double>(x); }
PROXNET_INLINE VecF32 log(VecF32 x) { return log_of<float>(x); }
PROXNET_INLINE VecF64 log(VecF64 x) { return log_of<double>(x); }
PROXNET_INLINE VecF32 log1p(VecF32 x) { return log1p_of<float>(x); }
PROXNET_INLINE VecF64 log1p(VecF64 x) { return log1p_of<double>(x); }
PROXNET_INLINE VecF32 tanh(VecF32 x) { return tanh_of<float>(x); }
PROXNET_INLINE VecF64 tanh(VecF64 x) { return tanh_of<double>(x); }
PROXNET_INLINE VecF32 sigmoid(VecF32 x) { return sigmoid_of<float>(x); }
PROXNET_INLINE VecF64 sigmoid(VecF64 x) { return sigmoid_of<double>(x); }

// y[i] = f(x[i]); y may be x.
template <class T, class F> PROXNET_INLINE void map_array(std::size_t n, const T* x, T* y, F f) {
  constexpr std::size_t kStep = static_cast<std::size_t>(kLanes<T>);
  std::size_t i = 0;
  for (; i + kStep <= n; i += kStep) store(y + i, f(load(x + i)));
  if (i < n) store_first(y + i, f(load_first(x + i, n - i)), n - i);
}

template <class T> void exp_array(std::size_t n, const T* x, T* y) {
  map_array(n, x, y, [](Vec<T> v) __attribute__((always_inline)) { return exp(v); });
}
template <class T> void expm1_array(std::size_t n, const T* x, T* y) {
  map_array(n, x, y, [](Vec<T> v) __attribute__((always_inline)) { return expm1(v); });
}
template <class T> void log_array(std::size_t n, const T* x, T* y) {
  map_array(n, x, y, [](Vec<T> v) __attribute__((always_inline)) { return log(v); });
}
template <class T> void log1p_array(std::size_t n, const T* x, T* y) {
  map_array(n, x, y, [](Vec<T> v) __attribute__((always_inline)) { return log1p(v); });
}
template <class T> void tanh_array(std::size_t n, const T* x, T* y) {
  map_array(n, x, y, [](Vec<T> v) __attribute__((always_inline)) { return tanh(v); });
}
template <class T> void sigmoid_array(std::size_t n, const T* x, T* y) {
  map_array(n, x, y, [](Vec<T> v) __attribute__((always_inline)) { return sigmoid(v); });
}

}  // namespace
