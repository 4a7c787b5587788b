// The quadratic 1/2 w'Gw - correlation'w over a working set of coefficients `ids`.
#pragma once

#include "linear/design/design.h"
#include "ops/buffer.h"

namespace proxnet {

class Quadratic {
 public:
  std::size_t size() const { return ids.size(); }
  const double* gram(std::size_t k) const { return gram_.data() + k * capacity_; }
  // neg_gradient -= sum_k step[k] * G[:, at[k]]
  void update_gradient(const std::vector<std::size_t>& at, const std::vector<double>& step);
  // neg_gradient = correlation - G w
  void refresh_gradient(const std::vector<double>& correlation);
  // Indices with w != 0.
  std::vector<std::size_t> support() const;

  Columns ids;
  std::vector<double> w, neg_gradient;  // neg_gradient = correlation - G w

 protected:
  std::size_t capacity_ = 0;
  Buffer<double> gram_;  // column k at k * capacity_
};

}  // namespace proxnet
