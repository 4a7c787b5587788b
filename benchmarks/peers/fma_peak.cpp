// The most multiply-adds this machine does: independent chains of them, held in registers, on every thread at once.
// harness.py compiles this with the instruction set's flag and -DVECTOR_BYTES=64, 32 or 16.
#include <thread>
#include <vector>

namespace {

typedef float Vec __attribute__((vector_size(VECTOR_BYTES)));

constexpr int kChains = 12;  // latency x units is 8 to 10; two more registers hold the factors, and AVX2 has 16
constexpr int kLanes = VECTOR_BYTES / sizeof(float);

void run_chains(long iterations, float start, float* result) {
  Vec chains[kChains];
  const Vec factor = Vec{} + start * 0.999f, term = Vec{} + start * 0.001f;
  for (int c = 0; c < kChains; ++c) chains[c] = Vec{} + start * static_cast<float>(c);
  for (long i = 0; i < iterations; ++i) {
#pragma GCC unroll 12
    for (int c = 0; c < kChains; ++c) chains[c] = chains[c] * factor + term;
  }
  for (int c = 1; c < kChains; ++c) chains[0] += chains[c];
  *result = chains[0][0];
}

}  // namespace

// Returns the floating-point operations done, a multiplication and an addition counted as two.
extern "C" double fma_peak(int threads, long iterations, float* results) {
  std::vector<std::thread> others;
  for (int t = 1; t < threads; ++t) others.emplace_back(run_chains, iterations, 1.0f, results + t);
  run_chains(iterations, 1.0f, results);
  for (std::thread& other : others) other.join();
  return 2.0 * kChains * kLanes * static_cast<double>(iterations) * threads;
}
