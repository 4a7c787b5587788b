// The small problem over the columns that may be non-zero: 1/2 v'Gv - correlation'v, at v = w.
#pragma once

#include "linear/design/design.h"
#include "ops/buffer.h"

namespace proxnet {

class Quadratic {
 public:
  std::size_t size() const { return ids.size(); }
  const double* gram(std::size_t k) const { return gram_.data() + k * capacity_; }
  // slope -= sum_k step[k] * Gram column at[k]
  void update_gradient(const std::vector<std::size_t>& at, const std::vector<double>& step);
  // slope = correlation - Gram w
  void refresh_gradient(const std::vector<double>& correlation);
  // Where w is not zero.
  std::vector<std::size_t> support() const;

  Columns ids;
  std::vector<double> w, neg_gradient;  // slope: correlation - Gram w

 protected:
  std::size_t capacity_ = 0;
  Buffer<double> gram_;  // column k at k * capacity_
};

}  // namespace proxnet
