// SGD, and functions shared by the propose kernels. The propose kernel of an optimizer updates its state and computes
// point and metric. Formulas are Keras'.
#pragma once

#include "kernel_table.h"
#include "vec.h"

namespace {

// Smaller state becomes +0.0, to avoid denormals where gradients vanish.
template <class V> PROXNET_INLINE V flush(V x) {
  const V tiny = V{} + 0x1p-100f;
  return abs(x) < tiny ? V{} : x;
}

template <class T>
void propose_sgd(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const*, T* point,
                 T* metric) {
  const Vec<T> rate = splat(s.learning_rate);
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    store(point + i, fma(-rate, load(g + i), load(w + i)));
    store(metric + i, rate);
  }
}

// state[0]: velocity <- momentum * velocity - rate * g; metric_scale: the same recursion for a unit gradient.
template <class T, bool kNesterov>
void propose_momentum(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state,
                      T* point, T* metric) {
  const Vec<T> rate = splat(s.learning_rate), momentum = splat(s.momentum), scale = splat(s.metric_scale);
  T* velocity = state[0];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> step = rate * load(g + i);
    const Vec<T> v = flush(fma(momentum, load(velocity + i), -step));
    store(velocity + i, v);
    store(point + i, load(w + i) + (kNesterov ? fma(momentum, v, -step) : v));
    store(metric + i, scale);
  }
}

// g <- min(max(g, -limit), limit)
template <class T> void clip_values(std::size_t n, T limit, T* g) {
  const Vec<T> high = splat(limit);
  for (std::size_t i = 0; i < n; i += kLanes<T>) store(g + i, clamp(load(g + i), -high, high));
}

// Weight decay, before the step.
template <class T> void decay_weights(std::size_t n, T keep, const T* w, T* decayed) {
  const Vec<T> k = splat(keep);
  for (std::size_t i = 0; i < n; i += kLanes<T>) store(decayed + i, k * load(w + i) + Vec<T>{});
}

// average += share * (w - average)
template <class T> void average_weights(std::size_t n, T share, const T* w, T* average) {
  const Vec<T> s = splat(share);
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> old = load(average + i);
    store(average + i, flush(fma(s, load(w + i) - old, old)));
  }
}

// w = average; with `support` zero weights stay zero.
template <class T> void take_average(std::size_t n, bool support, const T* average, T* w) {
  const Vec<T> zero = {};
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> mean = load(average + i);
    store(w + i, support ? select(load(w + i) == zero, zero, mean) : mean);
  }
}

}  // namespace
