// RMSprop and Adagrad: the gradient divided by the root of a mean or a sum of its squares.
#pragma once

#include "optimizer.h"

namespace {

template <class T>
void propose_rmsprop(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state, T* point,
                     T* metric) {
  const Vec<T> rate = splat(s.learning_rate), eps = splat(s.epsilon), c = splat(s.gain_2),
               scale = splat(s.metric_scale);
  T* second = state[0];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> grad = load(g + i), v0 = load(second + i);
    const Vec<T> v = flush(fma(c, fma(grad, grad, -v0), v0));
    const Vec<T> step = rate / sqrt(v + eps);
    store(second + i, v);
    store(point + i, fma(-step, grad, load(w + i)));
    store(metric + i, scale * step);
  }
}

// state: second moment, mean gradient (centered), velocity and its metric (momentum).
template <class T>
void propose_rmsprop_general(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state,
                             T* point, T* metric) {
  const Vec<T> rate = splat(s.learning_rate), eps = splat(s.epsilon), c = splat(s.gain_2);
  const Vec<T> momentum = splat(s.momentum), scale = splat(s.metric_scale);
  T *second = state[0], *mean = state[1], *velocity = state[2], *reach = state[3];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> grad = load(g + i), v0 = load(second + i), a0 = load(mean + i);
    const Vec<T> v = flush(fma(c, fma(grad, grad, -v0), v0));
    const Vec<T> a = flush(fma(c, grad - a0, a0));
    Vec<T> spread = v;
    if (s.centered) spread = max(fma(-a, a, v), Vec<T>{});
    const Vec<T> step = rate / sqrt(spread + eps);
    const Vec<T> speed = flush(fma(momentum, load(velocity + i), step * grad));
    const Vec<T> threshold = flush(fma(momentum, load(reach + i), scale * step));
    store(second + i, v);
    store(mean + i, a);
    store(velocity + i, speed);
    store(reach + i, threshold);
    store(point + i, load(w + i) - speed);
    store(metric + i, threshold);
  }
}

// state: sum of the squared gradients.
template <class T>
void propose_adagrad(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state, T* point,
                     T* metric) {
  const Vec<T> rate = splat(s.learning_rate), eps = splat(s.epsilon), scale = splat(s.metric_scale);
  T* squares = state[0];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> grad = load(g + i), total = flush(fma(grad, grad, load(squares + i)));
    const Vec<T> step = rate / sqrt(total + eps);
    store(squares + i, total);
    store(point + i, fma(-step, grad, load(w + i)));
    store(metric + i, scale * step);
  }
}

}  // namespace
