// Arrays whose new weights need more than a tile: penalties of groups, and constraints on norms. Their tiles leave
// point and metric in buffers laid out as the weights; after a barrier the team shares the groups, then the norms.
#pragma once

#include <functional>
#include <vector>

#include "dense.h"
#include "network_impl.h"
#include "penalty_panels.h"
#include "runtime/team.h"

namespace proxnet {

// What multiplies an array's strengths in a step: its schedule, and the clipping of its gradient.
struct StepScale {
  double strength = 1, clip = 1;
  double threshold() const { return strength * clip; }
};

template <class T> class CoupledUpdate {
 public:
  CoupledUpdate() = default;
  // `penalties`: one an array, as numbered in Parameters.
  CoupledUpdate(const NetworkImpl<T>& network, const std::vector<PanelPenalty<T>>& penalties);

  bool empty() const { return groups_.empty() && norms_.empty(); }
  // Where a tile of an array with groups leaves its point and metric; null for the others.
  T* point(std::size_t array) {
    return array < points_.size() && points_[array].size() ? points_[array].data() : nullptr;
  }
  T* metric(std::size_t array) { return metrics_[array].data(); }

  // Before a run on so many threads.
  void reserve(int threads);
  // After a barrier; `scale` is asked for each array. Leaves without a barrier.
  void run(Member& member, const std::function<StepScale(std::size_t)>& scale, Parameters<T>& parameters,
           const KernelTable<T>& k);
  // Of the weights as they were before the last run, times the factor then.
  double penalty() const;

 private:
  // A piece of work, cut by shape alone.
  struct Part {
    std::size_t array, index;
  };
  static constexpr std::size_t kNone = ~std::size_t{0};

  const NetworkImpl<T>* network_ = nullptr;
  const std::vector<PanelPenalty<T>>* penalties_ = nullptr;
  std::vector<Part> groups_, norms_;
  std::vector<Buffer<T>> points_, metrics_;  // one an array, empty where it has no groups
  std::vector<double> values_;               // one a part of groups_
  std::vector<Buffer<T>> scratch_;           // one a thread
};

}  // namespace proxnet
