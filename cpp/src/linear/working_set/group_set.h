// The groups that may be non-zero: coefficients and slopes for every target, from the columns' Gram matrix or, where
// there are too many of them for one to pay, from the residual.
#pragma once

#include <optional>

#include "linear/design/centered_targets.h"
#include "linear/linalg/jacobi_eigen.h"
#include "linear/working_set/working_set.h"
#include "proxnet/group_path.h"

namespace proxnet {

class GroupSet {
 public:
  // correlations: (targets, cols), of every column with every target
  GroupSet(const CenteredTargets& data, const GroupPenalty& penalty, const std::vector<double>& correlations,
           std::size_t gram_columns);

  // Takes groups in, with coefficients 0; those inside already are left alone.
  void add(const std::vector<std::size_t>& added, Poller& poll);
  void add_all(Poller& poll);
  bool has(std::size_t group) const { return inside_[group]; }
  std::size_t size() const { return groups.size(); }
  std::size_t columns() const { return set_.size(); }
  std::size_t id(std::size_t index) const { return set_.ids[index]; }
  // Without, `slope` is that of the last refresh.
  bool has_gram() const { return set_.has_gram(); }
  // Product of columns a and b of group k.
  double inner(std::size_t k, std::size_t a, std::size_t b) const {
    return has_gram() ? set_.gram(indices[k][a])[indices[k][b]] : blocks_[k][a * indices[k].size() + b];
  }
  // Of the block of group k: the products of its columns among themselves.
  const JacobiEigen& eigen(std::size_t k, Poller& poll);
  // Of group k: v[a * targets + t] for column places[k][a].
  std::size_t block_size(std::size_t k) const { return indices[k].size() * targets; }
  void read(const std::vector<std::vector<double>>& from, std::size_t k, double* v) const;
  // Of group k, at the coefficients as they are.
  void read_neg_gradient(std::size_t k, double* v, Poller& poll) const;
  // The coefficients of group k become `next`; what slopes are read from follows.
  void move(std::size_t k, const double* old, const double* next, Poller& poll);
  // slope = correlation - Gram w
  void refresh_gradients(Poller& poll);
  // (targets, rows): target - X w
  void residuals(double* r, Poller& poll) const;
  void set_coefficients(const double* all, Poller& poll);  // (targets, cols); of columns inside
  void coefficients(double* all) const;

  const std::size_t targets;
  std::vector<std::size_t> groups;                // inside, as they came
  std::vector<std::vector<std::size_t>> indices;  // in the Gram matrix, of the columns of groups[k]
  std::vector<double> bounds;                     // no less than the largest eigenvalue of the block of groups[k]
  std::vector<std::vector<double>> w, neg_gradient, correlation;  // of every target, by place

 private:
  void take(std::size_t group, Poller& poll);
  // The products of its columns among themselves, where there is no Gram matrix.
  std::vector<double> block_of(const std::vector<std::size_t>& at, Poller& poll) const;
  double bound_of(std::size_t k, Poller& poll) const;

  const CenteredTargets& data_;
  const GroupPenalty& penalty_;
  const std::vector<double>& correlations_;
  const std::vector<double> first_;  // what the working set wants: of the first target
  WorkingSet set_;
  std::vector<bool> inside_;
  bool gathered_ = false;
  std::vector<std::optional<JacobiEigen>> eigen_;  // of every group that has been asked for
  std::vector<std::vector<double>> blocks_;        // of every group, without a Gram matrix
  std::vector<double> residual_;                   // (targets, rows), without a Gram matrix
};

}  // namespace proxnet
