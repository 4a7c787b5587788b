// What this machine can do at most, per instruction set, on one thread: the ceilings of the kernels' roofline.
#pragma once

#include <cstddef>

namespace peaks {

struct Peaks {
  const char* isa;
  // Independent multiply-adds in registers; returns the floating-point operations done.
  double (*multiply_add_float)(long iterations, float* result);
  double (*multiply_add_double)(long iterations, double* result);
  // a[i] = b[i] + s * c[i]; moves three arrays of n floats.
  void (*triad)(std::size_t n, float s, float* a, const float* b, const float* c);
  // The sum of n floats, n a multiple of 256: reads them and nothing else.
  float (*sum)(std::size_t n, const float* a);
};

extern const Peaks baseline, avx2, avx512, neon;

}  // namespace peaks
