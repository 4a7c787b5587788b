// Adam with value and prox of the elastic net in one pass over a tile of weights: the only fused pair.
#pragma once

#include "optimizer_adam.h"
#include "penalty.h"

namespace {

template <class T, bool kRidge, bool kDecay>
void update_rows(std::size_t rows, const proxnet::StepScalars<T>& s, const proxnet::PenaltyScalars<T>& p,
                 const T* factor, T decay, const T* g, T* w, T* first, T* second, T* sums) {
  constexpr int kVecs = static_cast<int>(proxnet::kPanel<T>) / kLanes<T>;
  const AdamStep<T> step(s);
  const Vec<T> keep = splat(decay);
  Vec<T> total[kVecs];
#pragma GCC unroll 8
  for (int v = 0; v < kVecs; ++v) total[v] = load(sums + v * kLanes<T>);
  for (std::size_t r = 0; r < rows; ++r) {
    const T f = factor_of(factor, r);
    const Vec<T> l1 = splat(p.l1 * f), l2 = splat(p.l2 * f), twice_l2 = splat(2 * p.l2 * f);
#pragma GCC unroll 8
    for (int v = 0; v < kVecs; ++v) {
      Vec<T> point, metric;
      const Vec<T> old = load(w);
      step(kDecay ? keep * old + Vec<T>{} : old, load(g), first, second, point, metric);
      total[v] = elastic_net_value<T, kRidge>(old, l1, l2, total[v]);
      store(w, elastic_net_prox<T, kRidge>(point, metric, l1, twice_l2));
      w += kLanes<T>, g += kLanes<T>, first += kLanes<T>, second += kLanes<T>;
    }
  }
#pragma GCC unroll 8
  for (int v = 0; v < kVecs; ++v) store(sums + v * kLanes<T>, total[v]);
}

template <class T>
void update_adam_elastic_net(std::size_t rows, const proxnet::StepScalars<T>& s, const proxnet::PenaltyScalars<T>& p,
                             const T* factor, T decay, const T* g, T* w, T* const* state, T* sums) {
  const auto update = decay != 1 ? (p.l2 != 0 ? update_rows<T, true, true> : update_rows<T, false, true>)
                                 : (p.l2 != 0 ? update_rows<T, true, false> : update_rows<T, false, false>);
  update(rows, s, p, factor, decay, g, w, state[0], state[1], sums);
}

}  // namespace
