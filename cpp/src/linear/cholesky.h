// G[S, S] + diag = L L' for a changing set S: columns that stay at the front keep their part of L.
#pragma once

#include <vector>

#include "linear/working_set.h"

namespace proxnet {

class Cholesky {
 public:
  // S: positions in the working set, in any order. diagonal[k] belongs to S[k]. A column that depends on those before
  // it is left out: its part of every solution is 0.
  void factor(const WorkingSet& set, const std::vector<std::size_t>& support, const std::vector<double>& diagonal,
              Poller& poll);
  // x = (G + diag)^-1 b on the support given last
  std::vector<double> solve(const std::vector<double>& b) const;

 private:
  double* column(std::size_t j) { return factor_.data() + j * capacity_; }
  const double* column(std::size_t j) const { return factor_.data() + j * capacity_; }

  std::size_t capacity_ = 0;
  std::vector<std::size_t> order_;  // of the factor: positions in the working set
  std::vector<std::size_t> given_;  // order_[k] stood at given_[k] in the support
  std::vector<double> order_diagonal_;
  std::vector<bool> dependent_;
  Buffer<double> factor_;
};

}  // namespace proxnet
