// Paths under norms of groups: working sets of groups, each point with its certificate over all of them.
#include "proxnet/group_path.h"

#include <numeric>

#include "linear/group_descent.h"
#include "linear/path_options.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

void check_penalty(const GroupPenalty& p, std::size_t cols) {
  const std::size_t groups = p.norms.size();
  check(groups >= 1 && p.starts.size() == groups + 1 && p.starts[0] == 0 && p.starts[groups] == p.members.size(),
        "[path] groups must have a start and an end each, and a norm's weight, got ", groups, " weights and ",
        p.starts.size(), " starts");
  std::vector<bool> seen(cols);
  for (std::size_t g = 0; g < groups; ++g) {
    check(p.starts[g] < p.starts[g + 1] && p.starts[g + 1] <= p.members.size(),
          "[path] groups must not be empty, group ", g, " is");
    for (std::size_t e = p.starts[g]; e < p.starts[g + 1]; ++e) {
      const std::size_t j = p.members[e];
      check(j < cols, "[path] groups must hold columns below ", cols, ", group ", g, " holds ", j);
      check(!seen[j], "[path] groups must not overlap: column ", j, " is in two");
      seen[j] = true;
    }
    check(std::isfinite(p.norms[g]) && p.norms[g] >= 0 && (p.norms[g] > 0) == (p.norms[0] > 0),
          "[path] the groups' weights must be finite and > 0, weight ", g, " is ", p.norms[g]);
  }
  check(p.members.size() == cols, "[path] every column must be in a group, ", cols - p.members.size(), " are in none");
  check(std::isfinite(p.l1) && p.l1 >= 0 && std::isfinite(p.l2) && p.l2 >= 0,
        "[path] the shares of L1 and L2 must be finite and >= 0, got ", p.l1, " and ", p.l2);
}

std::vector<double> dots_of(const CentredTargets& data, const double* r, Poller& poll) {
  std::vector<double> q(data.targets * data.cols);
  for (std::size_t t = 0; t < data.targets; ++t) data.all_dots(r + t * data.rows, q.data() + t * data.cols, poll);
  return q;
}

class GroupSolver {
 public:
  GroupSolver(const CentredTargets& data, const GroupPenalty& penalty, const PathOptions& options, std::size_t points,
              Poller& poll)
      : data_(data),
        penalty_(penalty),
        options_(options),
        poll_(poll),
        target_square_(kernels<double>().dot(data.all.size(), data.all.data(), data.all.data())),
        correlations_(dots_of(data, data.all.data(), poll)),
        at_residual_(correlations_),
        w_(data.targets * data.cols),
        residual_(data.all),
        set_(data, penalty, correlations_),
        descent_(set_, penalty, target_square_) {
    // As for the lasso (path_solver.cpp): the whole Gram matrix is the better buy up to 25 columns an alpha.
    whole_ = data.cols <= data.rows && data.cols <= options.gram_columns &&
             data.cols <= 25 * std::max<std::size_t>(points, 4) && data.x.stored() * 8 >= data.rows * data.cols;
    if (whole_) set_.add_all(poll);
    alpha_max_ = makes_zeros(penalty) ? largest_factor() / static_cast<double>(data.rows) : INFINITY;
    if (!options.start) return;
    std::vector<std::size_t> used;
    std::copy_n(options.start, w_.size(), w_.begin());
    for (std::size_t g = 0; g < penalty.norms.size(); ++g)
      if (any_of(g)) used.push_back(g);
    if (!whole_) set_.add(used, poll);
    set_.set_coefficients(options.start);
    fresh_start_ = true;
  }

  double target_square() const { return target_square_; }
  double alpha_max() const { return alpha_max_; }

  struct Point {
    Certificate certificate;
    std::size_t passes = 0;
    bool converged = false;
  };
  Point solve(double alpha) {
    const double scale = alpha * static_cast<double>(data_.rows), tol = options_.tol * target_square_;
    Point point;
    // The gap goes with the square of the distance: at a tolerance of 1e-8, 1e-6 of the strength that makes all zero.
    const double near = std::max(100 * options_.tol, 1e-10) * alpha_max_ * static_cast<double>(data_.rows);
    if (fresh_start_) {
      fresh_start_ = false;
      point.certificate = check_all(scale), point.converged = point.certificate.gap <= tol;
      if (point.converged && point.certificate.distance <= near) return point;
    }
    double inner = whole_ ? tol : 0.3 * tol;  // leaves room for the groups outside
    if (!whole_) take_in(scale);
    for (;;) {
      point.passes += descent_.solve(scale, inner, near, options_.max_iter - point.passes, poll_);
      set_.refresh_slopes();
      point.certificate = whole_ ? descent_.certificate_of(scale) : check_all(scale);
      point.converged = point.certificate.gap <= tol;
      if (whole_ || point.converged || point.passes >= options_.max_iter) break;
      if (take_in(scale)) continue;
      if (inner < 1e-6 * tol) break;  // rounding is all that is left
      inner *= 0.1;
    }
    return point;
  }
  void coefficients(double* out) const { set_.coefficients(out); }

 private:
  double largest_factor() {
    double top = 0;
    for (std::size_t g = 0; g < penalty_.norms.size(); ++g) {
      const GroupBlock b = block(g, correlations_);
      top = std::max(top, factor_of_zero(strength_of(penalty_, g, 1), b.q, b.count));
    }
    return top;
  }
  bool any_of(std::size_t g) const {
    for (std::size_t e = penalty_.starts[g]; e < penalty_.starts[g + 1]; ++e)
      for (std::size_t t = 0; t < data_.targets; ++t)
        if (w_[t * data_.cols + penalty_.members[e]] != 0) return true;
    return false;
  }
  GroupBlock block(std::size_t g, const std::vector<double>& correlations) {
    block_w_.clear(), block_q_.clear();
    for (std::size_t e = penalty_.starts[g]; e < penalty_.starts[g + 1]; ++e)
      for (std::size_t t = 0; t < data_.targets; ++t) {
        const std::size_t at = t * data_.cols + penalty_.members[e];
        block_w_.push_back(w_[at]), block_q_.push_back(correlations[at]);
      }
    return {g, block_w_.size(), block_w_.data(), block_q_.data()};
  }

  Certificate check_all(double scale) {
    const auto& k = kernels<double>();
    set_.residuals(residual_.data());
    at_residual_ = dots_of(data_, residual_.data(), poll_);
    set_.coefficients(w_.data());
    const std::size_t n = residual_.size();
    return group_certificate(
        penalty_, scale, penalty_.norms.size(), [&](std::size_t g) { return block(g, at_residual_); },
        {k.dot(n, residual_.data(), residual_.data()), k.dot(n, residual_.data(), data_.all.data())});
  }

  // The groups outside whose correlation is too large for zero: as many as there are inside, and 32, those that stand
  // out most.
  bool take_in(double scale) {
    std::vector<std::pair<double, std::size_t>> fresh;
    for (std::size_t g = 0; g < penalty_.norms.size(); ++g) {
      if (set_.has(g)) continue;
      const GroupBlock b = block(g, at_residual_);
      const GroupStrength strength = strength_of(penalty_, g, scale);
      const double rest = strength.rest(b.q, b.count);
      if (rest > strength.norm) fresh.emplace_back(strength.norm - rest, g);
    }
    if (fresh.empty()) return false;
    const std::size_t most = std::min(fresh.size(), std::max<std::size_t>(32, set_.size()));
    std::partial_sort(fresh.begin(), fresh.begin() + static_cast<std::ptrdiff_t>(most), fresh.end());
    std::vector<std::size_t> groups;
    for (std::size_t k = 0; k < most; ++k) groups.push_back(fresh[k].second);
    std::sort(groups.begin(), groups.end());
    set_.add(groups, poll_);
    return true;
  }

  const CentredTargets& data_;
  const GroupPenalty& penalty_;
  const PathOptions& options_;
  Poller& poll_;
  const double target_square_;
  const std::vector<double> correlations_;          // (targets, cols), with the targets
  std::vector<double> at_residual_, w_, residual_;  // of the last check
  std::vector<double> block_w_, block_q_;
  GroupSet set_;
  GroupDescent descent_;
  double alpha_max_ = 0;
  bool whole_ = false;
  bool fresh_start_ = false;  // the caller's coefficients, which may do as they are, have not been looked at
};

}  // namespace

GroupPath group_path(const Design& x, const double* y, std::size_t targets, const double* sample_weight,
                     const GroupPenalty& penalty, const PathOptions& options) {
  check_penalty(penalty, x.cols);
  ElasticNetPenalty like;
  like.l1_ratio = makes_zeros(penalty) ? 1 : 0;
  check_options(options, like, targets * x.cols);
  Poller poll(options.poll, "[path]");
  RidgeData given;
  given.y = y, given.targets = targets, given.sample_weight = sample_weight;
  given.fit_intercept = options.fit_intercept;
  const CentredTargets data(x, given, poll);
  GroupSolver solver(data, penalty, options, options.alphas.empty() ? options.count : options.alphas.size(), poll);
  GroupPath path;
  path.alphas = options.alphas.empty() ? alpha_grid(solver.alpha_max(), options.eps, options.count) : options.alphas;
  path.coef.resize(path.alphas.size() * targets * x.cols);
  const double n = static_cast<double>(x.rows);
  for (std::size_t k = 0; k < path.alphas.size(); ++k) {
    const auto point = solver.solve(path.alphas[k]);
    double* coef = path.coef.data() + k * targets * x.cols;
    solver.coefficients(coef);
    for (std::size_t t = 0; t < targets; ++t) {
      double b = data.means[t];
      for (std::size_t j = 0; j < x.cols; ++j) b -= data.mean[j] * coef[t * x.cols + j];
      path.intercept.push_back(b);
    }
    path.gap.push_back(point.certificate.gap / n);
    path.kkt.push_back(point.certificate.distance / n);
    path.passes.push_back(point.passes);
    path.converged.push_back(point.converged);
  }
  path.target_square = solver.target_square() / n;
  return path;
}

}  // namespace proxnet
