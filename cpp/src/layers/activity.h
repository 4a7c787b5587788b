// Activity penalties l1 |h| + l2 h^2 of a layer's outputs h: value per row, and gradient.
#pragma once

#include <cstring>
#include <vector>

#include "ops/activations.h"
#include "proxnet/layer.h"
#include "runtime/dispatch.h"

namespace proxnet {

template <class T> struct ActivityRows {
  ActivityRows(const Activity& activity, std::size_t batch)
      : penalty{static_cast<T>(activity.l1), static_cast<T>(activity.l2)}, values(batch) {}

  PenaltyScalars<T> penalty;
  std::vector<double> values;  // per row of the batch
};

// The penalty of one row of `cols` outputs. Padding is not read.
template <class T>
double activity_value(const KernelTable<T>& k, const PenaltyScalars<T>& penalty, std::size_t cols,
                      RowPanels<const T> row) {
  alignas(64) T sums[kPanel<T>] = {}, last[kPanel<T>] = {};
  const auto value = k.penalty_value[static_cast<int>(PenaltyKernel::kElasticNet)];
  const std::size_t full = cols / kPanel<T>, left = cols % kPanel<T>;
  for (std::size_t p = 0; p < full; ++p) value(1, penalty, nullptr, row.at(p, 0), sums);
  if (left > 0) {
    std::memcpy(last, row.at(full, 0), left * sizeof(T));
    value(1, penalty, nullptr, last, sums);
  }
  return k.sum(kPanel<T>, sums);
}

// d += factor (l1 sign(h) + 2 l2 h), with sign(0) = 0
template <class T>
void add_activity_gradient(const KernelTable<T>& k, PenaltyScalars<T> penalty, T factor, std::size_t rows,
                           std::size_t cols, RowPanels<const T> h, RowPanels<T> d) {
  penalty.l1 *= factor, penalty.l2 *= factor;
  alignas(64) T outputs[kPanel<T>] = {}, gradient[kPanel<T>] = {};
  const std::size_t full = cols / kPanel<T>, left = cols % kPanel<T>;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t p = 0; p < full; ++p) k.penalty_gradient(1, penalty, nullptr, h.at(p, r), d.at(p, r));
    if (left == 0) continue;
    std::memcpy(outputs, h.at(full, r), left * sizeof(T));
    std::memcpy(gradient, d.at(full, r), left * sizeof(T));
    k.penalty_gradient(1, penalty, nullptr, outputs, gradient);
    std::memcpy(d.at(full, r), gradient, left * sizeof(T));
  }
}

}  // namespace proxnet
