// The kernel of a penalty; value and prox of whole arrays.
#include "penalties/penalty_panels.h"

#include <algorithm>

#include "penalties/penalty_orthogonal.h"
#include "runtime/poll_here.h"

namespace proxnet {

namespace {

PenaltyKernel kernel_of(const Penalty& penalty) {
  if (penalty.none() || penalty.kind == PenaltyKind::kOrthogonal) return PenaltyKernel::kNone;
  switch (penalty.kind) {
    case PenaltyKind::kMcp:
      return PenaltyKernel::kMcp;
    case PenaltyKind::kScad:
      return PenaltyKernel::kScad;
    case PenaltyKind::kLogSum:
      return PenaltyKernel::kLogSum;
    case PenaltyKind::kL0:
      return PenaltyKernel::kL0;
    default:
      return PenaltyKernel::kElasticNet;
  }
}

}  // namespace

template <class T>
PanelPenalty<T>::PanelPenalty(const Penalty& penalty, std::size_t rows, std::size_t cols)
    : none_(penalty.none()),
      grouped_(!penalty.none() && penalty.kind == PenaltyKind::kGroup),
      kernel_(kernel_of(penalty)),
      l1_(penalty.l1),
      l2_(penalty.l2),
      strength_(penalty.strength),
      shape_(penalty.shape),
      orthogonal_(penalty.kind == PenaltyKind::kOrthogonal),
      axis_(penalty.axis),
      rows_(rows),
      cols_(cols),
      panels_((cols + kPanel<T> - 1) / kPanel<T>) {
  if (grouped_)
    groups_ = PenaltyGroups<T>(penalty, rows, cols);
  else
    factors_.assign(penalty.factors.begin(), penalty.factors.end());
}

template <class T> template <class F> void PanelPenalty<T>::for_tiles(F&& f) const {
  for (std::size_t row = 0; row < rows_; row += kPanel<T>) {
    for (std::size_t p = 0; p < panels_; ++p) f(Piece{p, row, std::min(kPanel<T>, rows_ - row)});
    poll_here();
  }
}

template <class T> double PanelPenalty<T>::value(const KernelTable<T>& k, const T* w) const {
  double total = 0;
  if (grouped_) {
    Buffer<T> sums(groups_.sums_size(rows_));
    const GroupScratch<T> scratch = {nullptr, sums.data(), 0, rows_};
    for_tiles([&](const Piece& tile) { groups_.add_norms(tile, w, scratch, k); });
    for (std::size_t part = 0; part < groups_.parts(); ++part) total += groups_.value(part, 1, scratch);
    return total;
  }
  if (none_) return 0;
  if (orthogonal_) {
    OrthogonalPenalty<T> penalty(orthogonal(strength_, axis_), rows_, cols_);
    penalty.run(w, k);
    return penalty.value();
  }
  // In blocks, so that sums in T stay short.
  constexpr std::size_t kBlock = 48;
  for (std::size_t p = 0; p < panels_; ++p)
    for (std::size_t r = 0; r < rows_; r += kBlock) {
      alignas(64) T sums[kPanel<T>] = {};
      add_value(k, 1, r, std::min(kBlock, rows_ - r), w + (p * rows_ + r) * kPanel<T>, sums);
      total += k.sum(kPanel<T>, sums);
    }
  return total;
}

template <class T>
void PanelPenalty<T>::prox(const KernelTable<T>& k, const T* point, const T* metric, T* w) const {
  if (grouped_) {
    std::copy_n(point, panels_ * rows_ * kPanel<T>, w);
    Buffer<T> sums(groups_.sums_size(rows_));
    const GroupScratch<T> scratch = {const_cast<T*>(metric), sums.data(), 0, rows_};  // not written
    for_tiles([&](const Piece& tile) { groups_.add_moments(tile, 1, w, scratch, k); });
    for (std::size_t part = 0; part < groups_.parts(); ++part) groups_.prox(part, 1, w, scratch, k), poll_here();
    return;
  }
  for (std::size_t p = 0; p < panels_; ++p) {
    const std::size_t at = p * rows_ * kPanel<T>;
    prox(k, 1, 0, rows_, point + at, metric + at, w + at);
    poll_here();
  }
}

template class PanelPenalty<float>;
template class PanelPenalty<double>;

}  // namespace proxnet
