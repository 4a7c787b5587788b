// Initial weights; distributions and defaults are Keras'.
#pragma once

#include <cstddef>
#include <cstdint>

#include "proxnet/error.h"

namespace proxnet {

struct Initializer {
  enum Kind {
    kZeros,
    kOnes,
    kConstant,         // first
    kUniform,          // first <= w < second
    kNormal,           // mean first, standard deviation second
    kTruncatedNormal,  // the same, truncated at two standard deviations
    kVarianceScaling,  // variance first / fan
    kOrthogonal,       // first times a matrix with orthonormal rows or columns
    kIdentity,         // first on the diagonal
    // kVarianceScaling with a uniform or truncated normal distribution
    kGlorotUniform,
    kGlorotNormal,
    kHeUniform,
    kHeNormal,
    kLecunUniform,
    kLecunNormal,
  };
  enum Fan { kInputs, kOutputs, kAverage };
  enum Distribution { kUniformShape, kTruncatedShape, kNormalShape };

  Kind kind = kZeros;
  double first = 0, second = 0;
  Fan fan = kInputs;
  Distribution distribution = kTruncatedShape;
  bool seeded = false;  // draws depend on `seed` and shape alone; else on the network's seed and the layer
  std::uint64_t seed = 0;

  constexpr Initializer(Kind k = kZeros) : kind(k < kGlorotUniform ? k : kVarianceScaling) {
    const bool normal = k == kNormal || k == kTruncatedNormal;
    first = k == kZeros || k == kConstant || normal ? 0 : k == kUniform ? -0.05 : 1;
    second = k == kUniform || normal ? 0.05 : 0;
    if (k == kHeUniform || k == kHeNormal) first = 2;
    if (k == kGlorotUniform || k == kGlorotNormal) fan = kAverage;
    if (k == kGlorotUniform || k == kHeUniform || k == kLecunUniform) distribution = kUniformShape;
  }
};

// Throws InvalidInput for a parameter out of range, or for a bias with kOrthogonal or kIdentity.
PROXNET_EXPORT void check_initializer(const Initializer& initializer, bool bias, const char* operation);

}  // namespace proxnet
