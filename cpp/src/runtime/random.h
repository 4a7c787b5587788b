// Counter-based random numbers: number `index` of a key depends on nothing else, so any thread can draw any of them.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace proxnet {

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
inline std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

class Random {
 public:
  // One stream per (seed, purpose, number).
  Random(std::uint64_t seed, std::uint64_t purpose, std::uint64_t number)
      : key_(mix64(mix64(mix64(seed + kStep) + purpose * kStep) + number * kStep)) {}

  std::uint64_t key() const { return key_; }
  std::uint64_t bits(std::uint64_t index) const { return mix64(key_ + (index + 1) * kStep); }
  // Uniform in [0, 1), 53 bits.
  double uniform(std::uint64_t index) const { return static_cast<double>(bits(index) >> 11) * 0x1p-53; }
  // Uniform in [0, bound).
  std::uint64_t below(std::uint64_t index, std::uint64_t bound) const {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits(index)) * bound) >> 64);
  }
  // Standard normal, by Box and Muller; index < 2^58.
  double normal(std::uint64_t index, std::uint64_t attempt = 0) const {
    const Random draw(key_, index, attempt);
    const double radius = std::sqrt(-2 * std::log(1 - draw.uniform(0)));
    return radius * std::cos(6.283185307179586 * draw.uniform(1));
  }
  // Standard normal truncated at 2, by rejection.
  double truncated_normal(std::uint64_t index) const {
    for (std::uint64_t attempt = 0;; ++attempt) {
      const double z = normal(index, attempt);
      if (z > -2 && z < 2) return z;
    }
  }
  // Fisher and Yates.
  void shuffle(std::size_t* items, std::size_t count) const {
    for (std::size_t i = count; i > 1; --i) {
      const std::size_t j = below(i, i);
      const std::size_t item = items[i - 1];
      items[i - 1] = items[j];
      items[j] = item;
    }
  }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15ULL;
  std::uint64_t key_;
};

// The streams of a network.
enum RandomPurpose : std::uint64_t {
  kWeightStream = 1,
  kShuffleStream = 2,
  kDropoutStream = 3,
  kInitializerStream = 4
};

}  // namespace proxnet
