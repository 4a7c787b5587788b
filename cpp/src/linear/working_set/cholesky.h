// G[S, S] + diag = L L' for a changing set S; the part of L whose leading columns are unchanged is reused.
#pragma once

#include <vector>

#include "linear/working_set/quadratic.h"

namespace proxnet {

class Cholesky {
 public:
  // growth: memory is allocated for this multiple of the first support.
  explicit Cholesky(std::size_t growth = 2) : growth_(growth) {}
  // support: indices S into the working set, in any order; diagonal[k] belongs to support[k]. A column that depends on
  // earlier ones is dropped: its entry of every solution is 0.
  void factor(const Quadratic& set, const std::vector<std::size_t>& support, const std::vector<double>& diagonal,
              Poller& poll);
  // Call it when G itself has changed.
  void forget() { order_.clear(), order_diagonal_.clear(); }
  // Whether no column was dropped: each keeps a pivot > 1e-11 of its diagonal entry.
  bool definite() const;
  // Indices into the last support of the dropped columns.
  std::vector<std::size_t> dependent() const;
  // x = (G[S, S] + diag)^-1 b for the last support
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
  std::vector<std::size_t> order_;  // order of the factor: indices into the working set
  std::vector<std::size_t> given_;  // order_[k] = support[given_[k]]
  std::vector<double> order_diagonal_;
  std::vector<bool> dependent_;
  Buffer<double> factor_;
};

}  // namespace proxnet
