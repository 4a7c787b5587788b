// The parts of each array, and their scratch.
#include "training/coupled_update.h"

#include <algorithm>
#include <numeric>

#include "penalties/constraint_panels.h"

namespace proxnet {

template <class T>
CoupledUpdate<T>::CoupledUpdate(const NetworkImpl<T>& network, const std::vector<PanelPenalty<T>>& penalties,
                                const std::vector<std::size_t>& first_tiles)
    : network_(&network),
      penalties_(&penalties),
      grouped_(penalties.size()),
      metrics_(penalties.size()),
      sums_(penalties.size()) {
  for (std::size_t array = 0; array < penalties.size(); ++array) {
    const ParameterSpec& spec = network.specs[array];
    if (!spec.trained()) continue;
    if (penalties[array].grouped()) {
      const PenaltyGroups<T>& groups = penalties[array].groups();
      const std::size_t panels = (spec.cols + kPanel<T> - 1) / kPanel<T>;
      grouped_[array] = true;
      if (groups.by_row_tiles()) {
        metric_size_ = std::max(metric_size_, panels * kPanel<T> * kPanel<T>);
        sums_size_ = std::max(sums_size_, groups.sums_size(kPanel<T>));
      } else {
        metrics_[array] = Buffer<T>(network.live().array(array).size());
        sums_[array] = Buffer<T>(groups.sums_size(spec.rows));
      }
      for (std::size_t part = 0; part < groups.parts(); ++part) {
        const std::size_t first = first_tiles[array] + part * panels;
        parts_.push_back(groups.by_row_tiles() ? Part{array, part, first, first + panels} : Part{array, part});
      }
    }
    if (spec.constraint.kind != ConstraintKind::kNorm) continue;
    const std::size_t parts = norm_parts<T>(spec.constraint, spec.rows, spec.cols);
    for (std::size_t part = 0; part < parts; ++part) norms_.push_back({array, part});
  }
  const auto end = std::stable_partition(parts_.begin(), parts_.end(), [](const Part& p) { return p.last_tile > 0; });
  contiguous_ = static_cast<std::size_t>(end - parts_.begin());
  values_.resize(parts_.size());
}

template <class T> void CoupledUpdate<T>::reserve(int threads) {
  while (contiguous_ > 0 && scratch_.size() < 2 * static_cast<std::size_t>(threads))
    scratch_.emplace_back(metric_size_ + sums_size_);
}

template <class T> GroupScratch<T> CoupledUpdate<T>::scratch(const Part& part, int thread, bool shared) {
  T* const metric = scratch_[2 * static_cast<std::size_t>(thread) + (shared ? 1 : 0)].data();
  return {metric, metric + metric_size_, part.index * kPanel<T>, kPanel<T>};
}

template <class T>
void CoupledUpdate<T>::finish(std::size_t index, StepScale scale, const GroupScratch<T>& scratch, T* w,
                              const KernelTable<T>& k) {
  const Part& part = parts_[index];
  values_[index] = 0;
  if (!grouped(part.array)) return;
  values_[index] = groups(part.array).value(part.index, scale.strength, scratch);
  groups(part.array).prox(part.index, scale.threshold(), w, scratch, k);
}

template <class T>
void CoupledUpdate<T>::project(Member& member, Parameters<T>& parameters, const KernelTable<T>& k) const {
  for (std::size_t i = member.begin(norms_.size()), last = member.end(norms_.size()); i < last; ++i) {
    const Part& part = norms_[i];
    const ParameterSpec& spec = network_->specs[part.array];
    project_norms(spec.constraint, part.index, spec.rows, spec.cols, parameters.array(part.array).data(), k);
  }
}

template <class T> double CoupledUpdate<T>::penalty() const {
  return std::accumulate(values_.begin(), values_.end(), 0.0);
}

template class CoupledUpdate<float>;
template class CoupledUpdate<double>;

}  // namespace proxnet
