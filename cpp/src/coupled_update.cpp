// Groups, then norms, shared out part by part.
#include "coupled_update.h"

#include <algorithm>
#include <numeric>

#include "constraint_panels.h"

namespace proxnet {

template <class T>
CoupledUpdate<T>::CoupledUpdate(const NetworkImpl<T>& network, const std::vector<PanelPenalty<T>>& penalties,
                                const std::vector<std::size_t>& first_tiles)
    : network_(&network), penalties_(&penalties), metrics_(penalties.size()), sums_(penalties.size()) {
  for (std::size_t array = 0; array < penalties.size(); ++array) {
    const ArrayRule& rule = network.rules[array];
    if (!rule.moves()) continue;
    if (penalties[array].grouped()) {
      const PenaltyGroups<T>& groups = penalties[array].groups();
      metrics_[array] = Buffer<T>(network.live().array(array).size());
      sums_[array] = Buffer<T>(groups.sums_size());
      const std::size_t panels = (rule.cols + kPanel<T> - 1) / kPanel<T>;
      for (std::size_t part = 0; part < groups.parts(); ++part) {
        const std::size_t first = first_tiles[array] + part * panels;
        parts_.push_back(groups.by_row_tiles() ? Part{array, part, first, first + panels} : Part{array, part});
      }
    }
    if (rule.constraint.kind != ConstraintKind::kNorm) continue;
    const std::size_t parts = norm_parts<T>(rule.constraint, rule.rows, rule.cols);
    for (std::size_t part = 0; part < parts; ++part) norms_.push_back({array, part});
  }
  const auto end = std::stable_partition(parts_.begin(), parts_.end(), [](const Part& p) { return p.last_tile > 0; });
  whole_ = static_cast<std::size_t>(end - parts_.begin());
  values_.resize(parts_.size());
}

template <class T> void CoupledUpdate<T>::finish(std::size_t index, StepScale scale, T* w, const KernelTable<T>& k) {
  const auto& [array, part, first, last] = parts_[index];
  values_[index] = 0;
  if (!waits(array)) return;
  values_[index] = groups(array).value(part, scale.strength, sums_[array].data());
  groups(array).prox(part, scale.threshold(), metrics_[array].data(), w, sums_[array].data(), k);
}

template <class T>
void CoupledUpdate<T>::project(Member& member, Parameters<T>& parameters, const KernelTable<T>& k) const {
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
