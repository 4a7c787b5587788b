// Which rows of a kernel are all zero: a step's forward product leaves them out. Found before some steps, and where
// that is worth it kept up to date by the weight update after every step.
#pragma once

#include <algorithm>
#include <vector>

#include "ops/panels.h"
#include "runtime/dispatch.h"

namespace proxnet {

// A share of zeros too small to be worth skipping.
constexpr std::size_t kFewZeros = 8;  // one in so many

template <class T> class ZeroRows {
 public:
  using Flag = typename LaneMove<T>::Lane;
  ZeroRows() = default;
  explicit ZeroRows(const Panels<T>& kernel) : rows_(kernel.rows), flags_(kernel.count() * kernel.rows) {}

  void find(const KernelTable<T>& k, const Panels<T>& kernel) {
    std::size_t zeros = 0;
    for (std::size_t i = 0; i < rows_; ++i) zeros += !any(kernel, i);
    tracked_ = zeros * kFewZeros >= rows_;
    if (!tracked_) return;
    for (std::size_t p = 0; p < kernel.count(); ++p) update(k, kernel, p, 0, rows_);
  }
  bool tracked() const { return tracked_; }

  // Rows first .. first + count of panel p have changed.
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
  std::vector<Flag> flags_;  // a row of flags a panel: in use there
};

}  // namespace proxnet
