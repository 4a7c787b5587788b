// The zero rows of a kernel, which the forward product skips. Found before a run of steps; if there are enough of them,
// the weight update keeps the flags up to date.
#pragma once

#include <algorithm>
#include <vector>

#include "ops/panels.h"
#include "runtime/dispatch.h"

namespace proxnet {

// Rows or units are skipped if at least 1 / kPruneRatio of them can be.
constexpr std::size_t kPruneRatio = 8;

template <class T> class ZeroRows {
 public:
  using Flag = typename LaneMove<T>::Lane;
  ZeroRows() = default;
  explicit ZeroRows(const Panels<T>& kernel) : rows_(kernel.rows), flags_(kernel.count() * kernel.rows) {}

  void find(const KernelTable<T>& k, const Panels<T>& kernel) {
    std::size_t zeros = 0;
    for (std::size_t i = 0; i < rows_; ++i) zeros += !any(kernel, i);
    tracked_ = zeros * kPruneRatio >= rows_;
    if (!tracked_) return;
    for (std::size_t p = 0; p < kernel.count(); ++p) update(k, kernel, p, 0, rows_);
  }
  bool tracked() const { return tracked_; }

  // After a change of rows [first, first + count) of panel p.
  void update(const KernelTable<T>& k, const Panels<T>& kernel, std::size_t p, std::size_t first, std::size_t count) {
    k.rows_in_use(count, kernel.at(p, first), flags_.data() + p * rows_ + first);
  }
  bool in_use(std::size_t row) const {
    for (std::size_t at = row; at < flags_.size(); at += rows_)
      if (flags_[at]) return true;
    return false;
  }

 private:
  static bool any(const Panels<T>& kernel, std::size_t row) {
    for (std::size_t p = 0; p < kernel.count(); ++p) {
      const T* w = kernel.at(p, row);
      if (std::any_of(w, w + kPanel<T>, [](T x) { return x != 0; })) return true;
    }
    return false;
  }
  std::size_t rows_ = 0;
  bool tracked_ = false;
  std::vector<Flag> flags_;  // (panels, rows): row has a non-zero in panel
};

}  // namespace proxnet
