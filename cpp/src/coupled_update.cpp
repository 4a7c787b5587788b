// Groups, then norms, shared out part by part.
#include "coupled_update.h"

#include <numeric>

#include "constraint_panels.h"

namespace proxnet {

template <class T>
CoupledUpdate<T>::CoupledUpdate(const NetworkImpl<T>& network, const std::vector<PanelPenalty<T>>& penalties)
    : network_(&network), penalties_(&penalties), points_(penalties.size()), metrics_(penalties.size()) {
  for (std::size_t array = 0; array < penalties.size(); ++array) {
    const ArrayRule& rule = network.rules[array];
    if (!rule.moves()) continue;
    if (penalties[array].grouped()) {
      points_[array] = Buffer<T>(network.live().array(array).size());
      metrics_[array] = Buffer<T>(points_[array].size());
      for (std::size_t part = 0; part < penalties[array].groups().parts(); ++part) groups_.push_back({array, part});
    }
    if (rule.constraint.kind != ConstraintKind::kNorm) continue;
    const std::size_t parts = norm_parts<T>(rule.constraint, rule.rows, rule.cols);
    for (std::size_t part = 0; part < parts; ++part) norms_.push_back({array, part});
  }
  values_.resize(groups_.size());
}

template <class T> void CoupledUpdate<T>::reserve(int threads) {
  std::size_t most = 0;
  for (const Part& part : groups_) most = std::max(most, (*penalties_)[part.array].groups().scratch_size());
  while (scratch_.size() < static_cast<std::size_t>(threads)) scratch_.emplace_back(most);
}

template <class T>
void CoupledUpdate<T>::run(Member& member, const std::function<StepScale(std::size_t)>& scale,
                           Parameters<T>& parameters, const KernelTable<T>& k) {
  T* scratch = scratch_[static_cast<std::size_t>(member.rank)].data();
  StepScale factor;
  for (std::size_t i = member.begin(groups_.size()), last = member.end(groups_.size()), array = kNone; i < last; ++i) {
    const Part& part = groups_[i];
    if (part.array != array) factor = scale(array = part.array);
    if (network_->live().ramps[array].refit) {
      values_[i] = 0;
      continue;
    }
    const PenaltyGroups<T>& groups = (*penalties_)[array].groups();
    T* w = parameters.array(array).data();
    values_[i] = factor.strength * groups.value(part.index, w, k);
    groups.prox(part.index, factor.threshold(), points_[array].data(), metrics_[array].data(), w, scratch, k);
  }
  if (norms_.empty()) return;
  if (!groups_.empty()) member.barrier();
  for (std::size_t i = member.begin(norms_.size()), last = member.end(norms_.size()); i < last; ++i) {
    const Part& part = norms_[i];
    const ArrayRule& rule = network_->rules[part.array];
    project_norms(rule.constraint, part.index, rule.rows, rule.cols, parameters.array(part.array).data(), k);
  }
}

template <class T> double CoupledUpdate<T>::penalty() const {
  return std::accumulate(values_.begin(), values_.end(), 0.0);
}

template class CoupledUpdate<float>;
template class CoupledUpdate<double>;

}  // namespace proxnet
