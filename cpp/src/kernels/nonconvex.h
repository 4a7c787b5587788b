// MCP, SCAD, LogSum and L0: prox in a diagonal metric, and value. Where a weight's scalar problem is not convex the
// prox is its global minimiser, zero (or the smaller) on a tie.
#pragma once

#include "penalty.h"
#include "vmath.h"

namespace {

// Each takes |x|, the metric t, the strength and the shape; prox returns the new magnitude.
template <class T> struct Mcp {
  using V = Vec<T>;
  static PROXNET_INLINE V prox(V x, V t, V strength, V gamma) {
    const V one = splat(T(1));
    const V firm = max(x - strength * t, V{}) / max(one - t / gamma, splat(T(1e-6)));
    const V hard = x <= strength * sqrt(gamma * t) ? V{} : x;
    return t < gamma ? (x > gamma * strength ? x : min(firm, x)) : hard;
  }
  static PROXNET_INLINE V value(V x, V strength, V gamma) {
    const V edge = min(x, gamma * strength);
    return edge * (strength - edge / (gamma + gamma));
  }
};

template <class T> struct Scad {
  using V = Vec<T>;
  static PROXNET_INLINE V prox(V x, V t, V strength, V a) {
    const V one = splat(T(1)), soft = max(x - strength * t, V{}), edge = a * strength;
    const V slope = max(a - one - t, splat(T(1e-6)));
    const V middle = fma(a - one, x, -(t * edge)) / slope;
    const V convex = x <= strength * (one + t) ? soft : (x > edge ? x : min(middle, x));
    // From soft to x at once; from zero to x where the soft branch never wins.
    const V jump = t <= a + one ? splat(T(0.5)) * strength * (a + one + t) : strength * sqrt((a + one) * t);
    return t < a - one ? convex : (x > jump ? x : (t <= a + one ? soft : V{}));
  }
  static PROXNET_INLINE V value(V x, V strength, V a) {
    const V one = splat(T(1)), half = splat(T(0.5));
    const V inner = min(x, strength), outer = max(min(x, a * strength) - strength, V{});
    return strength * (inner + outer) - half * outer * outer / (a - one);
  }
};

template <class T> struct LogSum {
  using V = Vec<T>;
  static PROXNET_INLINE V prox(V x, V t, V strength, V epsilon) {
    const V half = splat(T(0.5)), reach = strength * t, sum = x + epsilon;
    // The larger root of (u - x) (u + epsilon) + reach = 0; none where the discriminant is negative.
    const V discriminant = fma(sum, sum, splat(T(-4)) * reach);
    const V u = half * (x - epsilon + sqrt(max(discriminant, V{})));
    const V gain = fma(u, half * u - x, reach * log1p(u / epsilon));  // t times what u costs over 0
    const V kept = epsilon * epsilon >= reach ? (epsilon * x > reach ? u : V{})
                                              : (discriminant >= V{} ? (u > V{} ? (gain < V{} ? u : V{}) : V{}) : V{});
    return strength > V{} ? min(max(kept, V{}), x) : x;
  }
  static PROXNET_INLINE V value(V x, V strength, V epsilon) { return strength * log1p(x / epsilon); }
};

template <class T> struct Count {
  using V = Vec<T>;
  static PROXNET_INLINE V prox(V x, V t, V strength, V) { return x <= sqrt((strength + strength) * t) ? V{} : x; }
  static PROXNET_INLINE V value(V x, V strength, V) { return x > V{} ? strength : V{}; }
};

template <class T, template <class> class Formula>
void prox_nonconvex(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* point,
                    const T* metric, T* w) {
  constexpr std::size_t kCols = proxnet::kPanel<T>;
  const Vec<T> shape = splat(p.shape);
  for (std::size_t r = 0; r < rows; ++r) {
    const Vec<T> strength = splat(p.strength * factor_of(factor, r));
    for (std::size_t i = r * kCols; i < (r + 1) * kCols; i += kLanes<T>) {
      const Vec<T> x = load(point + i), size = abs(x);
      const Vec<T> to = Formula<T>::prox(size, load(metric + i), strength, shape);
      // What is not finite stays; a zero is +0.0.
      store(w + i, (size - size == Vec<T>{} ? (x < Vec<T>{} ? -to : to) : x) + Vec<T>{});
    }
  }
}

template <class T, template <class> class Formula>
void value_nonconvex(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* w, T* sums) {
  constexpr std::size_t kCols = proxnet::kPanel<T>;
  const Vec<T> shape = splat(p.shape);
  for (std::size_t r = 0; r < rows; ++r) {
    const Vec<T> strength = splat(p.strength * factor_of(factor, r));
    for (std::size_t j = 0; j < kCols; j += kLanes<T>)
      store(sums + j, load(sums + j) + Formula<T>::value(abs(load(w + r * kCols + j)), strength, shape));
  }
}

}  // namespace
