// G[S, S] + diag = L L' for a changing set S: columns that stay at the front keep their part of L.
#pragma once

#include <vector>

#include "linear/working_set/quadratic.h"

namespace proxnet {

class Cholesky {
 public:
  // room: for how many times the columns of the first support there is to be memory.
  explicit Cholesky(std::size_t growth = 2) : growth_(growth) {}
  // S: positions in the working set, in any order. diagonal[k] belongs to S[k]. A column that depends on those before
  // it is left out: its part of every solution is 0.
  void factor(const Quadratic& set, const std::vector<std::size_t>& support, const std::vector<double>& diagonal,
              Poller& poll);
  // To be called when G itself has changed.
  void forget() { order_.clear(), order_diagonal_.clear(); }
  // No column was left out: each has 1e-11 of its own square that those before it do not explain, whatever its unit.
  bool definite() const;
  // Of the support given last, the positions of columns that were left out.
  std::vector<std::size_t> dependent() const;
  // x = (G + diag)^-1 b on the support given last
  std::vector<double> solve(const std::vector<double>& b) const;

 private:
  void take_panel(const Quadratic& set, std::size_t from, std::size_t first, std::size_t last, Poller& poll);
  void finish_column(std::size_t j, std::size_t from, std::size_t first, double diagonal);
  void subtract(std::size_t begin, std::size_t end, std::size_t t_begin, std::size_t t_end, std::size_t first,
                std::size_t last);
  double* column(std::size_t j) { return factor_.data() + j * capacity_; }
  const double* column(std::size_t j) const { return factor_.data() + j * capacity_; }

  const std::size_t growth_;
  std::size_t capacity_ = 0;
  std::vector<std::size_t> order_;  // of the factor: positions in the working set
  std::vector<std::size_t> given_;  // order_[k] stood at given_[k] in the support
  std::vector<double> order_diagonal_;
  std::vector<bool> dependent_;
  Buffer<double> factor_;
};

}  // namespace proxnet
