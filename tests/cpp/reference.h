// Scalar versions of the kernels, and tools shared by the tests: random numbers from a seed, equality of bits, a tally
// of failures.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/kernel_table.h"
#include "runtime/dispatch.h"
#include "runtime/random.h"

namespace reference {

template <class T> using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
template <class T> Bits<T> bits(T x) {
  Bits<T> b;
  std::memcpy(&b, &x, sizeof b);
  return b;
}
// Equal bits, or both NaN with any payload.
template <class T> bool same(T a, T b) { return bits(a) == bits(b) || (std::isnan(a) && std::isnan(b)); }
template <class T> bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](T x, T y) { return same(x, y); });
}

// The unit roundoff: 2^-24 or 2^-53.
template <class T> constexpr double kRound = std::numeric_limits<T>::epsilon() / 2;

// Tables whose fma() is one operation: their bits must agree. The baseline of x86 rounds twice.
template <class T> bool fused(const proxnet::KernelTable<T>& table) { return std::string(table.isa) != "baseline"; }
template <class T> std::vector<const proxnet::KernelTable<T>*> fused_tables() {
  std::vector<const proxnet::KernelTable<T>*> tables;
  for (const auto* table : proxnet::supported_kernels<T>())
    if (fused(*table)) tables.push_back(table);
  return tables;
}

// Numbers that depend on the seed and their order alone.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : random_(seed, 99, 0) {}
  double uniform(double low = -1, double high = 1) { return low + (high - low) * random_.uniform(next_++); }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.below(next_++, bound)); }
  double normal() {
    double total = -6;  // Irwin and Hall: twelve uniforms, variance 1
    for (int i = 0; i < 12; ++i) total += random_.uniform(next_++);
    return total;
  }
  template <class T> std::vector<T> vector(std::size_t count, double low = -1, double high = 1) {
    std::vector<T> out(count);
    for (T& x : out) x = static_cast<T>(uniform(low, high));
    return out;
  }

 private:
  const proxnet::Random random_;
  std::uint64_t next_ = 0;
};

template <class T> const std::vector<T>& special_values() {
  using L = std::numeric_limits<T>;
  static const std::vector<T> values = {T(0),          T(-0.0),        L::denorm_min(), -L::denorm_min(), L::min(),
                                        -L::min(),     T(1),           T(-1),           L::max(),         -L::max(),
                                        L::infinity(), -L::infinity(), L::quiet_NaN()};
  return values;
}

// One doctest CHECK for millions of comparisons: keeps the message of the first failure.
struct Tally {
  std::size_t checked = 0, wrong = 0;
  std::string first;
  template <class Describe> void expect(bool good, Describe&& describe) {
    ++checked;
    if (good) return;
    if (wrong++ == 0) first = describe();
  }
};
template <class... Parts> std::string text(const Parts&... parts) { return proxnet::sentence(parts...); }

// Every prefix of the chain c = fma(a[p], b[p], c): element d is the product over the first d terms.
template <class T>
std::vector<T> chain_prefixes(T start, const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> prefix = {start};
  for (std::size_t p = 0; p < a.size(); ++p) prefix.push_back(std::fma(a[p], b[p], prefix.back()));
  return prefix;
}

// The documented order of a reduction: element k in lane k mod L, lanes folded in halves.
template <class T> constexpr std::size_t kLaneCount = 64 / sizeof(T);
template <class S> S fold(std::vector<S> lane) {
  for (std::size_t half = lane.size() / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) lane[i] = lane[i] + lane[i + half];
  return lane[0];
}
template <class T> double lane_sum(const std::vector<T>& x) {
  std::vector<double> lane(kLaneCount<T>);
  for (std::size_t k = 0; k < x.size(); ++k) lane[k % kLaneCount<T>] += static_cast<double>(x[k]);
  return fold(lane);
}
template <class T> double lane_dot(const std::vector<T>& x, const std::vector<T>& y) {
  std::vector<double> lane(kLaneCount<T>);
  for (std::size_t k = 0; k < x.size(); ++k) {
    double& at = lane[k % kLaneCount<T>];
    at = std::fma(static_cast<double>(x[k]), static_cast<double>(y[k]), at);
  }
  return fold(lane);
}

// argmin_u l1 |u| + l2 u^2 + (u - x)^2 / (2 t)
inline long double prox(long double x, long double t, long double l1, long double l2) {
  const long double shrunk = std::fabs(x) - l1 * t;
  return shrunk <= 0 ? 0 : std::copysign(shrunk, x) / (1 + 2 * l2 * t);
}

}  // namespace reference
