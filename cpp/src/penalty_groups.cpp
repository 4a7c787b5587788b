// Groups gathered from their panels, or taken where they lie.
#include "penalty_groups.h"

#include <algorithm>
#include <cmath>

namespace proxnet {

template <class T>
PenaltyGroups<T>::PenaltyGroups(const Penalty& penalty, std::size_t rows, std::size_t cols)
    : by_unit_(penalty.axis == GroupAxis::kOutput),
      rows_(rows),
      cols_(cols),
      panels_((cols + kPanel<T> - 1) / kPanel<T>),
      inputs_(penalty.groups) {
  if (!by_unit_ && inputs_.empty())
    for (std::size_t i = 0; i < rows; ++i) inputs_.push_back({i});
  const std::size_t count = by_unit_ ? cols : inputs_.size();
  for (std::size_t g = 0; g < count; ++g) {
    const std::size_t size = by_unit_ ? rows : inputs_[g].size() * cols;
    const double factor = penalty.factors.empty() ? 1 : penalty.factors[g];
    l1_.push_back(factor * penalty.l1);
    strength_.push_back(factor * penalty.strength * std::sqrt(static_cast<double>(size)));
    if (!by_unit_) longest_ = std::max(longest_, inputs_[g].size() * panels_ * kPanel<T>);
  }
}

template <class T>
void PenaltyGroups<T>::prox(std::size_t part, double scale, const T* point, const T* metric, T* w, T* scratch,
                            const KernelTable<T>& k) const {
  alignas(64) T l1[kRowPad<T>], strength[kRowPad<T>];
  if (by_unit_) {
    for (std::size_t j = 0; j < kPanel<T>; j += kRowPad<T>) {
      for (std::size_t lane = 0; lane < kRowPad<T>; ++lane) {
        const std::size_t unit = part * kPanel<T> + j + lane;
        l1[lane] = unit < cols_ ? static_cast<T>(scale * l1_[unit]) : T(0);
        strength[lane] = unit < cols_ ? static_cast<T>(scale * strength_[unit]) : T(0);
      }
      const std::size_t at = part * rows_ * kPanel<T> + j;
      k.prox_group(rows_, kPanel<T>, false, l1, strength, point + at, metric + at, w + at);
    }
    return;
  }
  std::fill(l1, l1 + kRowPad<T>, static_cast<T>(scale * l1_[part]));
  std::fill(strength, strength + kRowPad<T>, static_cast<T>(scale * strength_[part]));
  T *x = scratch, *t = scratch + longest_, *out = scratch + 2 * longest_;
  std::size_t length = 0;
  const auto each = [&](auto&& f) {
    length = 0;
    for (const std::size_t row : inputs_[part])
      for (std::size_t p = 0; p < panels_; ++p, length += kPanel<T>) f((p * rows_ + row) * kPanel<T>);
  };
  each([&](std::size_t at) {
    std::memcpy(x + length, point + at, kPanel<T> * sizeof(T));
    std::memcpy(t + length, metric + at, kPanel<T> * sizeof(T));
  });
  k.prox_group(length / kRowPad<T>, kRowPad<T>, true, l1, strength, x, t, out);
  each([&](std::size_t at) { std::memcpy(w + at, out + length, kPanel<T> * sizeof(T)); });
}

template <class T> double PenaltyGroups<T>::value(std::size_t part, const T* w, const KernelTable<T>& k) const {
  if (by_unit_) return unit_value(part, w, k);
  double square = 0, total = 0;
  for (const std::size_t row : inputs_[part])
    for (std::size_t p = 0; p < panels_; ++p) {
      const T* at = w + (p * rows_ + row) * kPanel<T>;
      square += k.dot(kPanel<T>, at, at);
      if (l1_[part] == 0) continue;
      for (std::size_t j = 0; j < kPanel<T>; ++j) total += std::fabs(static_cast<double>(at[j]));
    }
  return strength_[part] * std::sqrt(square) + l1_[part] * total;
}

template <class T> double PenaltyGroups<T>::unit_value(std::size_t part, const T* w, const KernelTable<T>&) const {
  double square[kPanel<T>] = {}, sum[kPanel<T>] = {}, total = 0;
  for (std::size_t i = 0; i < rows_; ++i)
    for (std::size_t j = 0; j < kPanel<T>; ++j) {
      const double x = static_cast<double>(w[(part * rows_ + i) * kPanel<T> + j]);
      square[j] += x * x;
      sum[j] += std::fabs(x);
    }
  for (std::size_t j = 0; j < std::min(kPanel<T>, cols_ - part * kPanel<T>); ++j) {
    const std::size_t unit = part * kPanel<T> + j;
    total += strength_[unit] * std::sqrt(square[j]) + l1_[unit] * sum[j];
  }
  return total;
}

template class PenaltyGroups<float>;
template class PenaltyGroups<double>;

}  // namespace proxnet
