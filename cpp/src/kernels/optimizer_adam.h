// Adam and its variants: a mean gradient divided by a measure of its size.
#pragma once

#include "optimizer.h"

namespace {

// One Adam step of a vector: updates the moments; `point` and `metric` as in KernelTable::propose.
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
    // Division runs in parallel to the multipliers: on Zen 5 Newton steps instead were 1.5x to 2.4x slower.
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

// state: first and second moment, the largest second moment so far.
template <class T>
void propose_amsgrad(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state, T* point,
                     T* metric) {
  const Vec<T> rate = splat(s.learning_rate), scale = splat(s.metric_scale), eps = splat(s.epsilon);
  const Vec<T> c1 = splat(s.gain_1), c2 = splat(s.gain_2);
  T *first = state[0], *second = state[1], *largest = state[2];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> grad = load(g + i), m0 = load(first + i), v0 = load(second + i);
    const Vec<T> m = flush(fma(c1, grad - m0, m0)), v = flush(fma(c2, fma(grad, grad, -v0), v0));
    const Vec<T> top = max(v, load(largest + i)), inverse = splat(T(1)) / (sqrt(top) + eps);
    store(first + i, m);
    store(second + i, v);
    store(largest + i, top);
    store(point + i, fma(-(rate * m), inverse, load(w + i)));
    store(metric + i, scale * inverse);
  }
}

// state: first and second moment. The step mixes the mean (learning_rate) and this gradient (current_rate).
template <class T>
void propose_nadam(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state, T* point,
                   T* metric) {
  const Vec<T> rate = splat(s.learning_rate), current = splat(s.current_rate), scale = splat(s.metric_scale);
  const Vec<T> eps = splat(s.epsilon), root = splat(s.root_scale), c1 = splat(s.gain_1), c2 = splat(s.gain_2);
  T *first = state[0], *second = state[1];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> grad = load(g + i), m0 = load(first + i), v0 = load(second + i);
    const Vec<T> m = flush(fma(c1, grad - m0, m0)), v = flush(fma(c2, fma(grad, grad, -v0), v0));
    const Vec<T> inverse = splat(T(1)) / fma(root, sqrt(v), eps);
    store(first + i, m);
    store(second + i, v);
    store(point + i, fma(-fma(rate, m, current * grad), inverse, load(w + i)));
    store(metric + i, scale * inverse);
  }
}

// state: mean gradient, largest gradient (decaying by gain_2).
template <class T>
void propose_adamax(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state, T* point,
                    T* metric) {
  const Vec<T> rate = splat(s.learning_rate), scale = splat(s.metric_scale), eps = splat(s.epsilon);
  const Vec<T> c1 = splat(s.gain_1), c2 = splat(s.gain_2);
  T *first = state[0], *largest = state[1];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> grad = load(g + i), m0 = load(first + i), u0 = load(largest + i);
    const Vec<T> m = flush(fma(c1, grad - m0, m0)), u = flush(max(abs(grad), fma(-c2, u0, u0)));
    const Vec<T> inverse = splat(T(1)) / (u + eps);
    store(first + i, m);
    store(largest + i, u);
    store(point + i, fma(-(rate * m), inverse, load(w + i)));
    store(metric + i, scale * inverse);
  }
}

// state: mean gradient. The step is -learning_rate * sign(c), c a mix of mean and gradient; the metric is
// learning_rate / |c|, so that at c = -strength the prox undoes just the step.
template <class T>
void propose_lion(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state, T* point,
                  T* metric) {
  const Vec<T> rate = splat(s.learning_rate), scale = splat(s.metric_scale), least = splat(T(0x1p-50));
  const Vec<T> c1 = splat(s.gain_1), c2 = splat(s.gain_2), zero = {};
  T* mean = state[0];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> grad = load(g + i), m = load(mean + i), c = fma(c1, grad - m, m);
    const Vec<T> step = c > zero ? rate : (c < zero ? -rate : c);
    store(mean + i, flush(fma(c2, grad - m, m)));
    store(point + i, load(w + i) - step);
    store(metric + i, scale / max(abs(c), least));
  }
}

}  // namespace
