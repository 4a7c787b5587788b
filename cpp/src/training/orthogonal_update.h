// Orthogonal penalties in a step: the team computes their gradients before any weight moves; each tile adds its part.
#pragma once

#include <functional>

#include "network/network_impl.h"
#include "penalties/penalty_orthogonal.h"
#include "runtime/team.h"

namespace proxnet {

template <class T> class OrthogonalUpdate {
 public:
  OrthogonalUpdate() = default;
  explicit OrthogonalUpdate(const NetworkImpl<T>& network);

  bool empty() const { return terms_.empty(); }
  // Allocates scratch for a team; before the parallel region.
  void reserve(int threads);
  // By all threads; ends with a barrier. strength(array) is the factor on the penalty's strength.
  template <class Pause>
  void run(Member& member, const std::function<double(std::size_t)>& strength, const Parameters<T>& parameters,
           const KernelTable<T>& k, Pause&& pause) {
    for (Term& term : terms_)
      for (std::size_t p = member.begin(term.penalty.panels()); p < member.end(term.penalty.panels()); ++p) {
        term.penalty.normalise(p, parameters.array(term.array).data());
        pause();
      }
    member.barrier();
    for (std::size_t t = 0; t < terms_.size(); ++t) {
      Term& term = terms_[t];
      if (member.rank == 0) term.strength = strength(term.array);
      for (std::size_t b = member.begin(term.penalty.blocks()); b < member.end(term.penalty.blocks()); ++b) {
        term.penalty.differentiate(b, scratch_[static_cast<std::size_t>(member.rank) * terms_.size() + t], k);
        pause();
      }
    }
    member.barrier();
  }
  // gradient += elements [offset, offset + count) of the penalty's gradient by the array
  void add(std::size_t array, std::size_t offset, std::size_t count, T* gradient) const {
    for (const Term& term : terms_)
      for (std::size_t i = 0; term.array == array && i < count; ++i)
        gradient[i] += static_cast<T>(term.strength) * term.penalty.gradient()[offset + i];
  }
  // At the weights of the last run.
  double penalty() const;

 private:
  struct Term {
    std::size_t array;
    OrthogonalPenalty<T> penalty;
    double strength = 1;
  };
  std::vector<Term> terms_;
  std::vector<typename OrthogonalPenalty<T>::Scratch> scratch_;  // (threads, terms)
};

template <class T> OrthogonalUpdate<T>::OrthogonalUpdate(const NetworkImpl<T>& network) {
  for (std::size_t a = 0; a < network.specs.size(); ++a) {
    const ParameterSpec& spec = network.specs[a];
    if (spec.trained() && !spec.penalty.none() && spec.penalty.kind == PenaltyKind::kOrthogonal)
      terms_.push_back({a, OrthogonalPenalty<T>(spec.penalty, spec.rows, spec.cols)});
  }
}

template <class T> void OrthogonalUpdate<T>::reserve(int threads) {
  while (scratch_.size() < static_cast<std::size_t>(threads) * terms_.size())
    for (const Term& term : terms_) scratch_.push_back(term.penalty.scratch());
}

template <class T> double OrthogonalUpdate<T>::penalty() const {
  double total = 0;
  for (const Term& term : terms_) total += term.strength * term.penalty.value();
  return total;
}

}  // namespace proxnet
