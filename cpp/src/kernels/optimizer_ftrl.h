// Follow-the-regularized-leader, proximal form (McMahan et al. 2013), with Keras' parameters.
#pragma once

#include "optimizer.h"
#include "vmath.h"

namespace {

template <class T, bool kRoot> PROXNET_INLINE Vec<T> ftrl_power(Vec<T> x, Vec<T> power) {
  return kRoot ? sqrt(x) : exp(power * log(x));
}

// state: sum of squared gradients, linear term. metric = steps / quadratic term: a layer's penalty enters as the sum of
// its strengths over the steps. Ftrl's own l1 shrinks the linear term first.
template <class T, bool kRoot>
void propose_ftrl(std::size_t n, const proxnet::StepScalars<T>& s, const T* w, const T* g, T* const* state, T* point,
                  T* metric) {
  const Vec<T> inverse_rate = splat(1 / s.learning_rate), sum = splat(s.metric_scale), power = splat(s.power);
  const Vec<T> l1 = splat(s.l1), twice_l2 = splat(s.twice_l2), shrinkage = splat(s.shrinkage), zero = {};
  T *squares = state[0], *linear = state[1];
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> x = load(w + i), grad = load(g + i), n0 = load(squares + i), n1 = flush(fma(grad, grad, n0));
    const Vec<T> after = ftrl_power<T, kRoot>(n1, power), before = ftrl_power<T, kRoot>(n0, power);
    const Vec<T> add = fma(shrinkage, x, grad) - (after - before) * inverse_rate * x;
    const Vec<T> z = flush(load(linear + i) + add), quadratic = fma(after, inverse_rate, twice_l2);
    store(squares + i, n1);
    store(linear + i, z);
    // No gradient so far: the weight stays.
    const Vec<T> to = quadratic == zero ? x : (clamp(z, -l1, l1) - z) / quadratic;
    store(point + i, to);
    store(metric + i, quadratic == zero ? zero : sum / quadratic);
  }
}

}  // namespace
