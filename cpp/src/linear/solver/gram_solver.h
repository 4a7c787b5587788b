// Elastic net on a working set with a Gram matrix: coordinate descent finds the support, Newton steps on the support
// finish.
#pragma once

#include "linear/penalty/duality_gap.h"
#include "linear/working_set/cholesky.h"

namespace proxnet {

// Stops at a small enough gap or KKT violation; a negative value disables the criterion.
struct GramStop {
  double gap = -1, distance = -1;
  bool reached(const Certificate& c) const { return c.gap <= gap || c.distance <= distance; }
};

class GramSolver {
 public:
  // target_square = y'y; only the gap of least squares needs it.
  explicit GramSolver(Quadratic& set, const std::vector<double>* correlation = nullptr, double target_square = 0)
      : set_(set), correlation_(correlation), target_square_(target_square) {}

  // Moves set.w until `stop` is reached over the set or max_iter iterations are made; returns the iterations.
  std::size_t solve(const ElasticNet& penalty, const GramStop& stop, std::size_t max_iter, Poller& poll);
  // Call it when the Gram matrix has changed.
  void gram_changed() { cholesky_.forget(); }
  Certificate certificate_of(const ElasticNet& penalty) const;

 private:
  // One cycle of coordinate descent; returns its multiplications.
  double descend(const ElasticNet& penalty);
  double newton_cost() const;
  // Moves to the minimizer on the support and returns true, or as far as the signs allow, which drops a coefficient,
  // and returns false. slide: first moves along the null space of collinear columns in the support.
  bool newton(const ElasticNet& penalty, bool slide, Poller& poll);
  // Moves the coefficients at `at` along null vectors n, (Gram + diagonal) n = 0, where only the L1 penalty changes,
  // downhill until one becomes zero. Returns whether one did. neg_gradient: of loss and penalty, on `at`.
  bool slide(const ElasticNet& penalty, const std::vector<std::size_t>& at, const std::vector<double>& diagonal,
             const std::vector<double>& neg_gradient, Poller& poll);

  Quadratic& set_;
  const std::vector<double>* const correlation_;
  const double target_square_;
  Cholesky cholesky_;
};

}  // namespace proxnet
