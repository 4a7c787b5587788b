// MCP, SCAD, LogSum and L0: prox in a diagonal metric, and value. If the problem of a weight is not convex the prox is
// its global minimiser; on a tie zero, or the smaller one.
#pragma once

#include "chunk.h"
#include "penalty.h"
#include "vmath.h"

namespace {

// Functions of |x|, metric t, strength and shape. If `excess` is negative the problem is convex and `convex` returns
// the new magnitude; else `prox` does.
template <class T> struct Mcp {
  using V = Vec<T>;
  static PROXNET_INLINE V excess(V t, V, V gamma) { return t - gamma; }
  static PROXNET_INLINE V convex(V x, V t, V strength, V gamma) {
    const V one = splat(T(1)), inverse = one / gamma;
    const V firm = max(x - strength * t, V{}) / max(one - t * inverse, splat(T(1e-6)));
    return x > gamma * strength ? x : min(firm, x);
  }
  static PROXNET_INLINE V prox(V x, V t, V strength, V gamma) {
    return t < gamma ? convex(x, t, strength, gamma) : (x <= strength * sqrt(gamma * t) ? V{} : x);
  }
  static PROXNET_INLINE V value(V x, V strength, V gamma) {
    const V edge = min(x, gamma * strength), curve = splat(T(0.5)) / gamma;
    return edge * (strength - edge * curve);
  }
};

template <class T> struct Scad {
  using V = Vec<T>;
  static PROXNET_INLINE V excess(V t, V, V a) { return t - (a - splat(T(1))); }
  static PROXNET_INLINE V convex(V x, V t, V strength, V a) {
    const V one = splat(T(1)), soft = max(x - strength * t, V{}), edge = a * strength;
    const V middle = fma(a - one, x, -(t * edge)) / max(a - one - t, splat(T(1e-6)));
    return x <= strength * (one + t) ? soft : (x > edge ? x : min(middle, x));
  }
  static PROXNET_INLINE V prox(V x, V t, V strength, V a) {
    const V one = splat(T(1)), soft = max(x - strength * t, V{});
    // Jumps from the soft threshold to x, or from zero to x if the soft branch is never optimal.
    const V jump = t <= a + one ? splat(T(0.5)) * strength * (a + one + t) : strength * sqrt((a + one) * t);
    return t < a - one ? convex(x, t, strength, a) : (x > jump ? x : (t <= a + one ? soft : V{}));
  }
  static PROXNET_INLINE V value(V x, V strength, V a) {
    const V one = splat(T(1)), curve = splat(T(0.5)) / (a - one);
    const V inner = min(x, strength), outer = max(min(x, a * strength) - strength, V{});
    return strength * (inner + outer) - outer * outer * curve;
  }
};

template <class T> struct LogSum {
  using V = Vec<T>;
  // The larger root u of (u - x) (u + epsilon) + strength t = 0, if the discriminant is not negative.
  static PROXNET_INLINE V root(V x, V discriminant, V epsilon) {
    return splat(T(0.5)) * (x - epsilon + sqrt(max(discriminant, V{})));
  }
  static PROXNET_INLINE V discriminant(V x, V reach, V epsilon) {
    const V sum = x + epsilon;
    return fma(sum, sum, splat(T(-4)) * reach);
  }
  static PROXNET_INLINE V excess(V t, V strength, V epsilon) { return strength * t - epsilon * epsilon; }
  static PROXNET_INLINE V convex(V x, V t, V strength, V epsilon) {
    const V reach = strength * t, u = root(x, discriminant(x, reach, epsilon), epsilon);
    return strength > V{} ? min(max(epsilon * x > reach ? u : V{}, V{}), x) : x;
  }
  static PROXNET_INLINE V prox(V x, V t, V strength, V epsilon) {
    const V reach = strength * t, inside = discriminant(x, reach, epsilon), u = root(x, inside, epsilon);
    const V gain = fma(u, splat(T(0.5)) * u - x, reach * log1p(u / epsilon));  // t times what u costs over 0
    const V kept = inside >= V{} ? (u > V{} ? (gain < V{} ? u : V{}) : V{}) : V{};
    return epsilon * epsilon >= reach ? convex(x, t, strength, epsilon) : (strength > V{} ? min(max(kept, V{}), x) : x);
  }
  static PROXNET_INLINE V value(V x, V strength, V epsilon) { return strength * log1p(x / epsilon); }
};

template <class T> struct Count {
  using V = Vec<T>;
  static PROXNET_INLINE V excess(V, V, V) { return splat(T(-1)); }
  static PROXNET_INLINE V convex(V x, V t, V strength, V) { return x <= sqrt((strength + strength) * t) ? V{} : x; }
  static PROXNET_INLINE V prox(V x, V t, V strength, V) { return convex(x, t, strength, V{}); }
  static PROXNET_INLINE V value(V x, V strength, V) { return x > V{} ? strength : V{}; }
};

// `to` with the sign of x; a zero is +0.0. x itself if `size` is not finite.
template <class T> PROXNET_INLINE Vec<T> with_sign(Vec<T> x, Vec<T> size, Vec<T> to) {
  return (size - size == Vec<T>{} ? (x < Vec<T>{} ? -to : to) : x) + Vec<T>{};
}

// f(element, strength) for each vector of rows [first, last).
template <class T, class F>
PROXNET_INLINE void for_vectors(std::size_t first, std::size_t last, T strength, const T* factor, F f) {
  constexpr std::size_t kCols = proxnet::kPanel<T>;
  for (std::size_t r = first; r < last; ++r) {
    const Vec<T> s = splat(strength * factor_of(factor, r));
    for (std::size_t i = r * kCols; i < (r + 1) * kCols; i += kLanes<T>) f(i, s);
  }
}

template <class T, template <class> class Formula>
void prox_nonconvex(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* point,
                    const T* metric, T* w) {
  constexpr std::size_t kRows = 4;  // together: all convex, or once more
  const Vec<T> shape = splat(p.shape);
  for (std::size_t r = 0, end; r < rows; r = end) {
    end = r + kRows < rows ? r + kRows : rows;
    Vec<T> excess = splat(T(-1));
    for_vectors(r, end, p.strength, factor, [&](std::size_t i, Vec<T> s) {
      const Vec<T> x = load(point + i), t = load(metric + i), size = abs(x);
      excess = max(excess, Formula<T>::excess(t, s, shape));
      store(w + i, with_sign<T>(x, size, Formula<T>::convex(size, t, s, shape)));
    });
    if (fold_vector<kLanes<T> / 2>(excess, [](Vec<T> a, Vec<T> b) { return max(a, b); })[0] < 0) continue;
    for_vectors(r, end, p.strength, factor, [&](std::size_t i, Vec<T> s) {
      const Vec<T> x = load(point + i), size = abs(x);
      store(w + i, with_sign<T>(x, size, Formula<T>::prox(size, load(metric + i), s, shape)));
    });
  }
}

template <class T, template <class> class Formula>
void value_nonconvex(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* w, T* sums) {
  constexpr std::size_t kCols = proxnet::kPanel<T>;
  const Vec<T> shape = splat(p.shape);
  for (std::size_t j = 0; j < kCols; j += kLanes<T>) {
    Vec<T> total = load(sums + j);
    for (std::size_t r = 0; r < rows; ++r)
      total += Formula<T>::value(abs(load(w + r * kCols + j)), splat(p.strength * factor_of(factor, r)), shape);
    store(sums + j, total);
  }
}

// One logarithm for several rows of equal strength, of the product of 1 + x / epsilon; one per weight if it overflows
// or strengths differ.
template <class T>
void value_log_sum(std::size_t rows, const proxnet::PenaltyScalars<T>& p, const T* factor, const T* w, T* sums) {
  constexpr std::size_t kCols = proxnet::kPanel<T>, kRows = 8;
  if (factor) return value_nonconvex<T, LogSum>(rows, p, factor, w, sums);
  const Vec<T> inverse = splat(1 / p.shape);
  Vec<T> total[kCols / kLanes<T>], bad = {};
  for (std::size_t j = 0; j < kCols; j += kLanes<T>) {
    Vec<T> logs = {};
    for (std::size_t first = 0; first < rows; first += kRows) {
      Vec<T> product = {};  // less one
      for (std::size_t r = first; r < rows && r < first + kRows; ++r) {
        const Vec<T> x = abs(load(w + r * kCols + j)) * inverse;
        product = fma(product, x, product + x);
      }
      bad += product - product;
      logs += log1p(product);
    }
    total[j / kLanes<T>] = load(sums + j) + splat(p.strength) * logs;
  }
  const IntVec<T> odd = ~(bad == Vec<T>{});
  if (fold_vector<kLanes<T> / 2>(odd, [](IntVec<T> a, IntVec<T> b) { return a | b; })[0] != 0)
    return value_nonconvex<T, LogSum>(rows, p, factor, w, sums);
  for (std::size_t j = 0; j < kCols; j += kLanes<T>) store(sums + j, total[j / kLanes<T>]);
}

}  // namespace
