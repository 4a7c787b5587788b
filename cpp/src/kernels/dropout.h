// Dropout from counter-based random numbers: the zeros depend on (key, position) alone, so any thread may take
// any row.
#pragma once

#include "kernel_table.h"
#include "vec.h"

namespace {

// Two rounds of a 32-bit multiply-xorshift permutation, keyed before each: full avalanche on counters.
PROXNET_INLINE unsigned scramble(unsigned x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  x ^= x >> 16;
  return x;
}

template <class T>
void dropout(std::size_t n, unsigned long long key, unsigned long long first, unsigned last, T scale, const T* x,
             T* y) {
  const unsigned low = static_cast<unsigned>(key), high = static_cast<unsigned>(key >> 32);
  for (std::size_t j = 0; j < n; ++j) {
    const unsigned long long at = first + j;
    const unsigned draw =
        scramble(scramble(static_cast<unsigned>(at) ^ low) + static_cast<unsigned>(at >> 32) * 0x9e3779b9U + high);
    y[j] = draw <= last ? x[j] * scale : T(0);
  }
}

}  // namespace
