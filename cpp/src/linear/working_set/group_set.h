// Working set of groups: coefficients and negative gradients for every target, from a Gram matrix of the columns or,
// beyond `gram_columns`, from the residual.
#pragma once

#include <optional>

#include "linear/design/centered_targets.h"
#include "linear/linalg/jacobi_eigen.h"
#include "linear/working_set/working_set.h"
#include "proxnet/group_path.h"

namespace proxnet {

class GroupSet {
 public:
  // correlations: X'Y, (targets, cols)
  GroupSet(const CenteredTargets& data, const GroupPenalty& penalty, const std::vector<double>& correlations,
           std::size_t gram_columns);

  // Adds groups with coefficients 0; those inside are left alone.
  void add(const std::vector<std::size_t>& added, Poller& poll);
  void add_all(Poller& poll);
  bool has(std::size_t group) const { return inside_[group]; }
  std::size_t size() const { return groups.size(); }
  std::size_t columns() const { return set_.size(); }
  std::size_t id(std::size_t index) const { return set_.ids[index]; }
  // Without one, neg_gradient is that of the last refresh_gradients().
  bool has_gram() const { return set_.has_gram(); }
  // B[a, b] of group k, B = X_g' X_g.
  double inner(std::size_t k, std::size_t a, std::size_t b) const {
    return has_gram() ? set_.gram(indices[k][a])[indices[k][b]] : blocks_[k][a * indices[k].size() + b];
  }
  // Eigendecomposition of B of group k.
  const JacobiEigen& eigen(std::size_t k, Poller& poll);
  // Reads group k: v[a * targets + t] = from[t][indices[k][a]].
  std::size_t block_size(std::size_t k) const { return indices[k].size() * targets; }
  void read(const std::vector<std::vector<double>>& from, std::size_t k, double* v) const;
  // Negative gradient of group k at the current coefficients.
  void read_neg_gradient(std::size_t k, double* v, Poller& poll) const;
  // Sets the coefficients of group k to `next` and updates gradient or residual.
  void move(std::size_t k, const double* old, const double* next, Poller& poll);
  // neg_gradient = correlation - Gram w
  void refresh_gradients(Poller& poll);
  // Y - X w, (targets, rows)
  void residuals(double* r, Poller& poll) const;
  void set_coefficients(const double* all, Poller& poll);  // (targets, cols); reads the columns inside
  void coefficients(double* all) const;

  const std::size_t targets;
  std::vector<std::size_t> groups;                // in order of arrival
  std::vector<std::vector<std::size_t>> indices;  // indices into the column set, per column of groups[k]
  std::vector<double> bounds;                     // upper bound of the largest eigenvalue of B of groups[k]
  std::vector<std::vector<double>> w, neg_gradient, correlation;  // (targets, columns of the set)

 private:
  void take(std::size_t group, Poller& poll);
  // B of the columns at `at`, without a Gram matrix.
  std::vector<double> block_of(const std::vector<std::size_t>& at, Poller& poll) const;
  double bound_of(std::size_t k, Poller& poll) const;

  const CenteredTargets& data_;
  const GroupPenalty& penalty_;
  const std::vector<double>& correlations_;
  const std::vector<double> first_;  // correlations of the first target, for set_
  WorkingSet set_;
  std::vector<bool> inside_;
  bool gathered_ = false;
  std::vector<std::optional<JacobiEigen>> eigen_;  // per group, computed by the first eigen(k)
  std::vector<std::vector<double>> blocks_;        // B of each group, without a Gram matrix
  std::vector<double> residual_;                   // (targets, rows), without a Gram matrix
};

}  // namespace proxnet
