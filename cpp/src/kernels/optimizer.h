// One propose kernel per optimizer: moves its state on, says where it would go and in what metric. Formulas are Keras'.
#pragma once

#include "kernel_table.h"
#include "vec.h"

namespace {

// State this small becomes +0.0, so that denormals do not breed where gradients vanish.
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

// state[0]: velocity <- momentum * velocity - rate * g; metric_scale is the same recursion on a unit gradient.
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

// One Adam step of a vector: moves the moments on; `point` and `metric` as in KernelTable::propose.
template <class T> struct AdamStep {
  explicit AdamStep(const proxnet::StepScalars<T>& s)
      : rate(splat(s.learning_rate)),
        scale(splat(s.metric_scale)),
        eps(splat(s.epsilon)),
        c1(splat(s.gain_1)),
        c2(splat(s.gain_2)) {}
  PROXNET_INLINE void operator()(Vec<T> w, Vec<T> g, T* first, T* second, Vec<T>& point, Vec<T>& metric) const {
    const Vec<T> m0 = load(first), v0 = load(second);
    const Vec<T> m = flush(fma(c1, g - m0, m0)), v = flush(fma(c2, fma(g, g, -v0), v0));
    // The divider works beside the multipliers: on Zen 5 Newton steps in their place took 1.5 to 2.4 times as long.
    const Vec<T> inverse = splat(T(1)) / (sqrt(v) + eps);
    store(first, m);
    store(second, v);
    point = fma(-(rate * m), inverse, w);
    metric = scale * inverse;
  }
  const Vec<T> rate, scale, eps, c1, c2;
};

// state: first and second moment.
template <class T>
void propose_adam(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state, T* point,
                  T* metric) {
  const AdamStep<T> step(s);
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    Vec<T> to, reach;
    step(load(w + i), load(g + i), state[0] + i, state[1] + i, to, reach);
    store(point + i, to);
    store(metric + i, reach);
  }
}

template <class T>
void propose_rmsprop(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state, T* point,
                     T* metric) {
  const Vec<T> rate = splat(s.learning_rate), eps = splat(s.epsilon), c = splat(s.gain_2);
  T* second = state[0];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> grad = load(g + i), v0 = load(second + i);
    const Vec<T> v = flush(fma(c, fma(grad, grad, -v0), v0));
    const Vec<T> step = rate / sqrt(v + eps);
    store(second + i, v);
    store(point + i, fma(-step, grad, load(w + i)));
    store(metric + i, step);
  }
}

// state: second moment, mean gradient (centered), velocity and its metric (momentum).
template <class T>
void propose_rmsprop_general(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state,
                             T* point, T* metric) {
  const Vec<T> rate = splat(s.learning_rate), eps = splat(s.epsilon), c = splat(s.gain_2);
  const Vec<T> momentum = splat(s.momentum);
  T *second = state[0], *mean = state[1], *velocity = state[2], *reach = state[3];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> grad = load(g + i), v0 = load(second + i), a0 = load(mean + i);
    const Vec<T> v = flush(fma(c, fma(grad, grad, -v0), v0));
    const Vec<T> a = flush(fma(c, grad - a0, a0));
    Vec<T> spread = v;
    if (s.centered) spread = max(fma(-a, a, v), Vec<T>{});
    const Vec<T> step = rate / sqrt(spread + eps);
    const Vec<T> speed = flush(fma(momentum, load(velocity + i), step * grad));
    const Vec<T> threshold = flush(fma(momentum, load(reach + i), step));
    store(second + i, v);
    store(mean + i, a);
    store(velocity + i, speed);
    store(reach + i, threshold);
    store(point + i, load(w + i) - speed);
    store(metric + i, threshold);
  }
}

}  // namespace
