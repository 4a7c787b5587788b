// The small problem on a set of groups: block coordinate descent, sped up by Anderson's extrapolation.
#pragma once

#include "linear/penalty/group_gap.h"
#include "linear/working_set/group_set.h"

namespace proxnet {

class GroupDescent {
 public:
  GroupDescent(GroupSet& set, const GroupPenalty& penalty, double target_square)
      : set_(set), penalty_(penalty), target_square_(target_square) {}

  // Moves set.w until the gap over the set is at most `tol` and its groups are as near to their optimality conditions
  // as `distance`, or the passes are spent; the passes made. scale: alpha times the number of rows.
  std::size_t solve(double scale, double tol, double distance, std::size_t max_iter, Poller& poll);
  Certificate certificate_of(double scale) const;

 private:
  void descend(double scale, Poller& poll);
  // To the minimum over one group, or a few steps towards it; both (columns of the group, targets).
  void improve(std::size_t k, const GroupStrength& strength, double own_l2, const double* old, double* next,
               Poller& poll);
  // slope_ += block of the group (old - next); the first: what the slope is at coefficients 0.
  void update_gradient(std::size_t k, const double* old, const double* next, Poller& poll);
  // Without L1: the minimum itself, in the basis of the block's eigenvectors. slope_: at coefficients `next`.
  void minimise(std::size_t k, const GroupStrength& strength, double* next, Poller& poll);
  // One step of all coefficients under one bound of the curvature; one sweep over them, one by one. They move `next`
  // and slope_; the largest move.
  double step_together(std::size_t k, const GroupStrength& strength, double own_l2, double* next, Poller& poll);
  double sweep(std::size_t k, const GroupStrength& strength, double own_l2, double* next, Poller& poll);
  void extrapolate(double scale, std::vector<std::vector<double>>& iterates, Poller& poll);
  double objective(double scale) const;
  std::vector<double> flattened() const;

  GroupSet& set_;
  const GroupPenalty& penalty_;
  const double target_square_;
  std::vector<double> neg_gradient_, trial_, turned_;  // of one group
};

}  // namespace proxnet
