#include "linear/solver/group_descent.h"

#include <algorithm>
#include <cmath>

#include "linear/solver/anderson.h"
#include "runtime/dispatch.h"

namespace proxnet {

Certificate GroupDescent::certificate_of(double scale) const {
  const auto& k = kernels<double>();
  double wc = 0, wg = 0;
  for (std::size_t t = 0; t < set_.targets; ++t) {
    wc += k.dot(set_.columns(), set_.w[t].data(), set_.correlation[t].data());
    wg += k.dot(set_.columns(), set_.w[t].data(), set_.neg_gradient[t].data());
  }
  std::vector<double> w, q;
  const auto block = [&](std::size_t g) {
    w.resize(set_.block_size(g)), q.resize(set_.block_size(g));
    set_.read(set_.w, g, w.data()), set_.read(set_.neg_gradient, g, q.data());
    return GroupBlock{set_.groups[g], w.size(), w.data(), q.data()};
  };
  return group_certificate(penalty_, scale, set_.targets, set_.size(), block,
                           {std::max(0.0, target_square_ - wc - wg), target_square_ - wc});
}

double GroupDescent::objective(double scale) const {
  const auto& k = kernels<double>();
  double value = 0;
  for (std::size_t t = 0; t < set_.targets; ++t) {
    const double* w = set_.w[t].data();
    value -= 0.5 * (k.dot(set_.columns(), w, set_.correlation[t].data()) +
                    k.dot(set_.columns(), w, set_.neg_gradient[t].data()));
    if (penalty_.factors.empty())
      value += 0.5 * scale * penalty_.l2 * k.dot(set_.columns(), w, w);
    else
      for (std::size_t e = 0; e < set_.columns(); ++e)
        value += 0.5 * scale * penalty_.l2 * penalty_.factors[set_.id(e)] * w[e] * w[e];
  }
  std::vector<double> w;
  for (std::size_t g = 0; g < set_.size(); ++g) {
    w.resize(set_.block_size(g));
    set_.read(set_.w, g, w.data());
    value += sparse_group(penalty_, set_.groups[g], scale, set_.targets).value(w.data(), w.size());
  }
  return value;
}

void GroupDescent::improve(std::size_t k, const SparseGroup& strength, double own_l2, const double* old, double* next,
                           Poller& poll) {
  const std::size_t m = set_.indices[k].size(), count = set_.block_size(k);
  std::copy_n(old, count, next);
  if (!(set_.bounds[k] + own_l2 > 0)) return std::fill(next, next + count, 0.0);
  neg_gradient_.resize(count);
  set_.read_neg_gradient(k, neg_gradient_.data(), poll);
  if (m == 1) {
    step_together(k, strength, own_l2, next, poll);
    return;
  }
  const auto at_zero = [&] { return std::all_of(next, next + count, [](double w) { return w == 0; }); };
  if (at_zero() && strength.soft_norm(neg_gradient_.data(), count) <= strength.norm) return;
  constexpr std::size_t kExact = 64;  // columns; the eigendecomposition takes less than some 10 ms
  if (strength.l1_strength == 0 && own_l2 == 0 && strength.norm > 0 && m <= kExact)
    return minimize(k, strength, next, poll);
  if (!at_zero()) {
    trial_.assign(count, 0.0), turned_ = neg_gradient_;
    update_gradient(k, next, trial_.data(), poll);
    if (strength.soft_norm(neg_gradient_.data(), count) <= strength.norm) return std::fill(next, next + count, 0.0);
    neg_gradient_.swap(turned_);
  }
  constexpr int kSweeps = 10;
  for (int turn = 0; turn < kSweeps; ++turn) {
    // At zero the norm is not differentiable: single coordinates cannot leave it, the whole group can.
    const double moved =
        at_zero() ? step_together(k, strength, own_l2, next, poll) : sweep(k, strength, own_l2, next, poll);
    double length = 0;
    for (std::size_t e = 0; e < count; ++e) length = std::max(length, std::fabs(next[e]));
    if (moved <= 1e-3 * length) return;
  }
}

void GroupDescent::update_gradient(std::size_t k, const double* old, const double* next, Poller& poll) {
  const std::size_t m = set_.indices[k].size(), targets = set_.targets;
  constexpr std::size_t kPolled = 64;  // columns from poll to poll
  for (std::size_t a = 0; a < m; ++a) {
    for (std::size_t b = 0; b < m; ++b)
      for (std::size_t t = 0; t < targets; ++t)
        neg_gradient_[a * targets + t] += set_.inner(k, a, b) * (old[b * targets + t] - next[b * targets + t]);
    if (a % kPolled == kPolled - 1) poll();
  }
}

void GroupDescent::minimize(std::size_t k, const SparseGroup& strength, double* next, Poller& poll) {
  const JacobiEigen& eigen = set_.eigen(k, poll);
  const std::size_t m = set_.indices[k].size(), targets = set_.targets, count = m * targets;
  turned_.assign(count, 0.0);  // V' neg_gradient + values V' next: the negative gradient at zero, in the eigenbasis
  double square = 0;
  for (std::size_t e = 0; e < count; ++e) square += next[e] * next[e];
  for (std::size_t a = 0; a < m; ++a)
    for (std::size_t b = 0; b < m; ++b)
      for (std::size_t t = 0; t < targets; ++t)
        turned_[a * targets + t] +=
            eigen.vectors[a * m + b] * (neg_gradient_[b * targets + t] + eigen.values[a] * next[b * targets + t]);
  const double norm = strength.norm;
  if (strength.soft_norm(turned_.data(), count) <= norm) return std::fill(next, next + count, 0.0);
  const double length = minimizer_norm(eigen.values.data(), turned_.data(), count, targets, norm, std::sqrt(square));
  for (std::size_t e = 0; e < count; ++e) turned_[e] *= length / (eigen.values[e / targets] * length + norm);
  std::fill_n(next, count, 0.0);
  for (std::size_t a = 0; a < m; ++a)
    for (std::size_t b = 0; b < m; ++b)
      for (std::size_t t = 0; t < targets; ++t)
        next[b * targets + t] += eigen.vectors[a * m + b] * turned_[a * targets + t];
}

double GroupDescent::step_together(std::size_t k, const SparseGroup& strength, double own_l2, double* next,
                                   Poller& poll) {
  const std::size_t m = set_.indices[k].size(), targets = set_.targets, count = m * targets;
  double max_factor = 0, moved = 0;
  for (std::size_t e = 0; e < count; e += targets) max_factor = std::max(max_factor, strength.factor(e));
  const double curvature = set_.bounds[k] + own_l2 * max_factor;
  if (!(curvature > 0)) {
    std::fill_n(next, count, 0.0);
    return 0;
  }
  trial_.resize(count);
  for (std::size_t e = 0; e < count; ++e)
    trial_[e] = next[e] + (neg_gradient_[e] - own_l2 * strength.factor(e) * next[e]) / curvature;
  strength.prox(1 / curvature, trial_.data(), count);
  for (std::size_t e = 0; e < count; ++e) moved = std::max(moved, std::fabs(trial_[e] - next[e]));
  if (m > 1) update_gradient(k, next, trial_.data(), poll);
  std::copy_n(trial_.data(), count, next);
  return moved;
}

double GroupDescent::sweep(std::size_t k, const SparseGroup& strength, double own_l2, double* next, Poller& poll) {
  const std::size_t m = set_.indices[k].size(), targets = set_.targets, count = m * targets;
  constexpr std::size_t kPolled = 64;  // columns from poll to poll
  double square = 0, moved = 0;
  for (std::size_t e = 0; e < count; ++e) square += next[e] * next[e];
  for (std::size_t a = 0; a < m; ++a) {
    for (std::size_t t = 0; t < targets; ++t) {
      const std::size_t e = a * targets + t;
      const double own = set_.inner(k, a, a), curvature = own + own_l2 * strength.factor(e), w = next[e];
      const double rest = std::sqrt(std::max(0.0, square - w * w));
      double to = 0;
      if (curvature > 0 && rest > 0)
        to = coordinate_minimizer(neg_gradient_[e] + own * w, curvature, strength.l1(e), strength.norm, rest);
      else if (curvature > 0)
        to = coordinate_minimizer(neg_gradient_[e] + own * w, curvature, strength.l1(e) + strength.norm, 0, 0);
      if (to == w) continue;
      for (std::size_t b = 0; b < m; ++b) neg_gradient_[b * targets + t] -= set_.inner(k, a, b) * (to - w);
      moved = std::max(moved, std::fabs(to - w));
      square = rest * rest + to * to, next[e] = to + 0.0;
    }
    if (a % kPolled == kPolled - 1) poll();
  }
  return moved;
}

void GroupDescent::descend(double scale, Poller& poll) {
  std::vector<double> old, next;
  for (std::size_t k = 0; k < set_.size(); ++k) {
    old.resize(set_.block_size(k)), next.resize(old.size());
    set_.read(set_.w, k, old.data());
    const SparseGroup strength = sparse_group(penalty_, set_.groups[k], scale, set_.targets);
    improve(k, strength, scale * penalty_.l2, old.data(), next.data(), poll);
    if (next != old) set_.move(k, old.data(), next.data(), poll);
    poll();
  }
}

std::vector<double> GroupDescent::flattened() const {
  std::vector<double> all;
  for (const auto& w : set_.w) all.insert(all.end(), w.begin(), w.end());
  return all;
}

void GroupDescent::restart(const std::vector<double>& flat, Poller& poll) {
  auto from = flat.begin();
  for (auto& w : set_.w) {
    const auto end = from + static_cast<std::ptrdiff_t>(w.size());
    std::copy(from, end, w.begin());
    from = end;
  }
  set_.refresh_gradients(poll);
}

std::size_t GroupDescent::solve(double scale, double tol, double distance, std::size_t max_iter, Poller& poll) {
  const auto done = [&] {
    const Certificate c = certificate_of(scale);
    return c.gap <= tol && c.distance <= distance;
  };
  if (!set_.has_gram()) set_.refresh_gradients(poll);
  if (done()) return 0;
  std::vector<std::vector<double>> iterates = {flattened()};
  for (std::size_t pass = 1; pass <= max_iter; ++pass) {
    descend(scale, poll);
    if (set_.has_gram() && done()) return pass;
    iterates.push_back(flattened());
    if (iterates.size() <= kAndersonMemory || pass == max_iter) continue;
    if (!set_.has_gram()) {
      set_.refresh_gradients(poll);
      if (done()) return pass;
    }
    std::vector<double> w = iterates.back();
    extrapolate(iterates, false, w, [&] { restart(w, poll); }, [&] { return objective(scale); });
    if (done()) return pass;
    iterates = {flattened()};
  }
  return max_iter;
}

}  // namespace proxnet
