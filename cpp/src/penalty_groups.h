// The groups of a penalty on one array of weights in panels, and their prox and norms.
#pragma once

#include <vector>

#include "ops/panels.h"
#include "proxnet/penalty.h"
#include "runtime/dispatch.h"

namespace proxnet {

// Work comes in parts that do not touch each other: a group of inputs, or the groups of a panel of units.
template <class T> class PenaltyGroups {
 public:
  PenaltyGroups() = default;
  PenaltyGroups(const Penalty& penalty, std::size_t rows, std::size_t cols);

  std::size_t parts() const { return by_unit_ ? panels_ : inputs_.size(); }
  // Elements that one thread needs for prox.
  std::size_t scratch_size() const { return by_unit_ ? 0 : 3 * longest_; }
  // Arrays in panels, w not the point; strengths times `scale`.
  void prox(std::size_t part, double scale, const T* point, const T* metric, T* w, T* scratch,
            const KernelTable<T>& k) const;
  // The penalty of a part.
  double value(std::size_t part, const T* w, const KernelTable<T>& k) const;

 private:
  double unit_value(std::size_t part, const T* w, const KernelTable<T>& k) const;
  bool by_unit_ = false;
  std::size_t rows_ = 0, cols_ = 0, panels_ = 0, longest_ = 0;
  std::vector<std::vector<std::size_t>> inputs_;  // of each group
  std::vector<double> l1_, strength_;             // of each group, with its size and factor
};

}  // namespace proxnet
