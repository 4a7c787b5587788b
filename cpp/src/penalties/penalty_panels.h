// A penalty on one array of weights in panels (a bias is one row).
#pragma once

#include <memory>

#include "penalties/penalty_groups.h"

namespace proxnet {

template <class T> class PanelPenalty {
 public:
  PanelPenalty() = default;
  PanelPenalty(const Penalty& penalty, std::size_t rows, std::size_t cols);

  bool none() const { return none_; }
  // Grouped penalties work on whole groups (groups()), not on rows.
  bool grouped() const { return grouped_; }
  bool elastic_net() const { return kernel_ == PenaltyKernel::kElasticNet || kernel_ == PenaltyKernel::kNone; }

  // On rows [row, row + rows) of one panel; `scale` multiplies the strengths.
  void prox(const KernelTable<T>& k, double scale, std::size_t row, std::size_t rows, const T* point, const T* metric,
            T* w) const {
    k.prox[static_cast<int>(kernel_)](rows, scalars(scale), factors(row), point, metric, w);
  }
  void add_value(const KernelTable<T>& k, double scale, std::size_t row, std::size_t rows, const T* w, T* sums) const {
    k.penalty_value[static_cast<int>(kernel_)](rows, scalars(scale), factors(row), w, sums);
  }
  void add_gradient(const KernelTable<T>& k, double scale, std::size_t row, std::size_t rows, const T* w, T* g) const {
    if (!none_) k.penalty_gradient(rows, scalars(scale), factors(row), w, g);
  }
  PenaltyScalars<T> scalars(double scale) const {
    return {static_cast<T>(scale * l1_), static_cast<T>(scale * l2_), static_cast<T>(scale * strength_),
            static_cast<T>(shape_)};
  }
  const T* factors(std::size_t row) const { return factors_.empty() ? nullptr : factors_.data() + row; }
  const PenaltyGroups<T>& groups() const { return groups_; }

  // Of the whole array. w must not be the point.
  double value(const KernelTable<T>& k, const T* w) const;
  void prox(const KernelTable<T>& k, const T* point, const T* metric, T* w) const;

 private:
  using Piece = typename PenaltyGroups<T>::Piece;
  template <class F> void for_tiles(F&& f) const;
  bool none_ = true, grouped_ = false;
  PenaltyKernel kernel_ = PenaltyKernel::kNone;
  double l1_ = 0, l2_ = 0, strength_ = 0, shape_ = 0;
  bool orthogonal_ = false;
  GroupAxis axis_ = GroupAxis::kInput;
  std::size_t rows_ = 0, cols_ = 0, panels_ = 0;
  std::vector<T> factors_;
  PenaltyGroups<T> groups_;
};

}  // namespace proxnet
