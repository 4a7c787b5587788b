// Group lasso on a working set of groups: block coordinate descent with Anderson acceleration.
#pragma once

#include "linear/penalty/duality_gap.h"
#include "linear/working_set/group_set.h"

namespace proxnet {

class GroupDescent {
 public:
  GroupDescent(GroupSet& set, const GroupPenalty& penalty, double target_square)
      : set_(set), penalty_(penalty), target_square_(target_square) {}

  // Moves set.w until the gap over the set is <= tol and the KKT violation <= distance, or max_iter iterations are
  // made; returns the iterations. scale: alpha * rows.
  std::size_t solve(double scale, double tol, double distance, std::size_t max_iter, Poller& poll);
  Certificate certificate_of(double scale) const;

 private:
  void descend(double scale, Poller& poll);
  // next = minimizer over group k, or a few steps towards it; old and next are (columns of the group, targets).
  void improve(std::size_t k, const SparseGroup& strength, double own_l2, const double* old, double* next,
               Poller& poll);
  // neg_gradient_ += B (old - next), B the Gram block of group k.
  void update_gradient(std::size_t k, const double* old, const double* next, Poller& poll);
  // Without L1 and L2: the exact minimizer, in the eigenbasis of B. neg_gradient_: at `next`.
  void minimize(std::size_t k, const SparseGroup& strength, double* next, Poller& poll);
  // step_together: one proximal gradient step of the whole group; sweep: one cycle of coordinate descent inside it.
  // Both update `next` and neg_gradient_ and return the largest change.
  double step_together(std::size_t k, const SparseGroup& strength, double own_l2, double* next, Poller& poll);
  double sweep(std::size_t k, const SparseGroup& strength, double own_l2, double* next, Poller& poll);
  double objective(double scale) const;
  // The coefficients as one vector, (targets, columns); restart: sets them and recomputes the gradients.
  std::vector<double> flattened() const;
  void restart(const std::vector<double>& flat, Poller& poll);

  GroupSet& set_;
  const GroupPenalty& penalty_;
  const double target_square_;
  std::vector<double> neg_gradient_, trial_, turned_;  // of one group
};

}  // namespace proxnet
