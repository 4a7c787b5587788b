// The small problem on a working set, from its Gram matrix: coordinate descent finds the support, Newton steps on the
// support end it.
#pragma once

#include "linear/penalty/gap.h"
#include "linear/working_set/cholesky.h"

namespace proxnet {

// What ends a solution: a gap or a distance from optimality that is small enough; negative: no matter how small.
struct GramStop {
  double gap = -1, distance = -1;
  bool reached(const Certificate& c) const { return c.gap <= gap || c.distance <= distance; }
};

class GramSolver {
 public:
  // target_square: of least squares; whoever asks for no gap may leave it out.
  explicit GramSolver(Quadratic& set, const std::vector<double>* correlation = nullptr, double target_square = 0)
      : set_(set), correlation_(correlation), target_square_(target_square) {}

  // Moves set.w until `stop` is reached over the set or the passes are spent; the passes made.
  std::size_t solve(const ElasticNet& penalty, const GramStop& stop, std::size_t max_iter, Poller& poll);
  // To be called when the Gram matrix itself has changed.
  void gram_changed() { cholesky_.forget(); }
  Certificate certificate_of(const ElasticNet& penalty) const;

 private:
  // One pass over the set; the multiplications it took.
  double descend(const ElasticNet& penalty);
  double newton_cost() const;
  // To the minimum on the support, or as far as the signs allow: then false, and a coefficient less. slide: first along
  // what columns of the support that depend on each other leave open.
  bool newton(const ElasticNet& penalty, bool slide, Poller& poll);
  // Moves the coefficients at `at` along directions n with (Gram + diagonal) n = 0, where only the L1 penalty changes,
  // downhill until one of them is zero; whether one is. slope: minus the gradient.
  bool slide(const ElasticNet& penalty, const std::vector<std::size_t>& at, const std::vector<double>& diagonal,
             const std::vector<double>& neg_gradient, Poller& poll);

  Quadratic& set_;
  const std::vector<double>* const correlation_;
  const double target_square_;
  Cholesky cholesky_;
};

}  // namespace proxnet
