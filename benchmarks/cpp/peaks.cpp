// Compiled once per instruction set, as the kernels are.
#include "peaks.h"

#include "kernels/vec.h"

namespace {

// Latency x units of a multiply-add is 8 to 10, and AVX2 has 16 registers.
constexpr int kChains = 12;

template <class T> double multiply_add(long iterations, T* result) {
  Vec<T> chain[kChains];
  const T start = *result;
  const Vec<T> factor = splat(start * T(0.999)), term = splat(start * T(0.001));
  for (int c = 0; c < kChains; ++c) chain[c] = splat(start * static_cast<T>(c));
  for (long i = 0; i < iterations; ++i) {
#pragma GCC unroll 12
    for (int c = 0; c < kChains; ++c) chain[c] = fma(chain[c], factor, term);
  }
  for (int c = 1; c < kChains; ++c) chain[0] += chain[c];
  *result = chain[0][0];
  return 2.0 * kChains * kLanes<T> * static_cast<double>(iterations);
}

void triad(std::size_t n, float s, float* a, const float* b, const float* c) {
  for (std::size_t i = 0; i + kLanes<float> <= n; i += kLanes<float>)
    store(a + i, fma(splat(s), load(c + i), load(b + i)));
}

float sum(std::size_t n, const float* a) {
  constexpr std::size_t kTogether = 8;
  Vec<float> sums[kTogether] = {};
  for (std::size_t i = 0; i < n; i += kTogether * kLanes<float>) {
#pragma GCC unroll 8
    for (std::size_t c = 0; c < kTogether; ++c) sums[c] += load(a + i + c * kLanes<float>);
  }
  for (std::size_t c = 1; c < kTogether; ++c) sums[0] += sums[c];
  return sums[0][0];
}

}  // namespace

#define PROXNET_TEXT_(a) #a
#define PROXNET_TEXT(a) PROXNET_TEXT_(a)

extern const peaks::Peaks peaks::PROXNET_KERNEL_ISA = {PROXNET_TEXT(PROXNET_KERNEL_ISA), multiply_add<float>,
                                                       multiply_add<double>, triad, sum};
