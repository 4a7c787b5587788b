#include "proxnet/penalized.h"

#include <algorithm>
#include <cmath>

#include "linear/anderson.h"
#include "linear/path_options.h"
#include "linear/working_set.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

class PenalizedSolver {
 public:
  PenalizedSolver(const Centred& data, const Penalty& penalty, const PathOptions& options, Poller& poll)
      : data_(data),
        given_(penalty),
        options_(options),
        poll_(poll),
        rows_(static_cast<double>(data.rows)),
        correlation_(dots(data.target)),
        at_residual_(correlation_),
        w_(data.cols),
        square_(squares()),
        set_(data, correlation_, data.cols) {
    single_ = penalty;
    single_.factors.clear();
    for (const double q : correlation_) scale_ = std::max(scale_, std::fabs(q) / rows_);
    Columns free;  // not penalised: they are in from the start
    for (std::size_t j = 0; j < penalty.factors.size(); ++j)
      if (penalty.factors[j] == 0) free.push_back(j);
    set_.add(free, poll);
  }

  // The strengths that the penalty's own are reached by, as factors on it.
  std::vector<double> steps() const {
    const double own = given_.kind == PenaltyKind::kElasticNet ? given_.l1 : given_.strength;
    if (options_.start || !(own > 0)) return {1.0};
    std::vector<double> gradient(data_.cols);
    for (std::size_t j = 0; j < data_.cols; ++j) gradient[j] = -correlation_[j] / rows_;
    const double most = strength_max(given_, gradient.data(), WeightShape(data_.cols, 1)) / own;
    if (!(most > 1) || !std::isfinite(most) || options_.count < 2) return {1.0};
    std::vector<double> factors = alpha_grid(most, 1 / most, options_.count);
    factors.back() = 1;
    return factors;
  }

  void begin_at(const double* start) {
    Columns used;
    for (std::size_t j = 0; j < data_.cols; ++j)
      if (start[j] != 0) used.push_back(j);
    set_.add(used, poll_);
    for (const std::size_t j : used) set_.w[set_.place(j)] = start[j];
    set_.refresh_slope();
    check_all(1);
  }

  // Until no weight moves, with the strengths times `factor`; false where the passes are spent.
  bool solve(double factor) {
    double inner = options_.tol;
    for (;;) {
      const bool still = solve_set(factor, inner);
      check_all(factor);
      if (passes_ >= options_.max_iter && !still) return false;
      if (!take_in(factor)) {
        if (kkt_ <= options_.tol * scale_ || inner < 1e-6 * options_.tol) return still && kkt_ <= options_.tol * scale_;
        inner *= 0.1;
      }
      if (passes_ >= options_.max_iter) return false;
    }
  }

  PenalizedFit result(bool converged) {
    PenalizedFit fit;
    fit.coef = w_, fit.intercept = data_.intercept(w_.data()), fit.kkt = kkt_, fit.scale = scale_;
    fit.objective = residual_square_ / (2 * rows_) + value(given_, w_.data(), WeightShape(data_.cols, 1));
    fit.passes = passes_, fit.converged = converged;
    return fit;
  }

 private:
  std::vector<double> dots(const std::vector<double>& r) const {
    std::vector<double> q(data_.cols);
    data_.all_dots(r.data(), q.data(), poll_);
    return q;
  }
  std::vector<double> squares() const {
    constexpr std::size_t kGroup = 64;
    Buffer<double> room(kGroup * round_up(data_.rows, kRowPad<double>));
    const std::size_t stride = round_up(data_.rows, kRowPad<double>);
    std::vector<double> out(data_.cols);
    for (std::size_t first = 0; first < data_.cols; first += kGroup, poll_()) {
      Columns list;
      for (std::size_t j = first; j < std::min(first + kGroup, data_.cols); ++j) list.push_back(j);
      data_.gather(list, room.data(), stride);
      for (std::size_t k = 0; k < list.size(); ++k) {
        const double* column = room.data() + k * stride;
        out[first + k] = kernels<double>().dot(data_.rows, column, column);
      }
    }
    return out;
  }
  const Penalty& penalty_of(std::size_t j, double factor) {
    if (!given_.factors.empty()) factor *= given_.factors[j];
    single_.l1 = given_.l1 * factor, single_.l2 = given_.l2 * factor, single_.strength = given_.strength * factor;
    return single_;
  }
  // The minimiser over weight j, where it is w and its correlation with the residual is slope.
  double minimiser(std::size_t j, double factor, double w, double slope) {
    if (!(square_[j] > 1e-300)) return 0;
    const double point = w + slope / square_[j], metric = rows_ / square_[j];
    double next = 0;
    prox(penalty_of(j, factor), &point, &metric, &next, 1);
    return next;
  }

  bool solve_set(double factor, double tol) {
    std::vector<std::vector<double>> trail = {set_.w};
    while (passes_ < options_.max_iter) {
      ++passes_;
      poll_();
      if (descend(factor) <= tol * scale_) return true;
      trail.push_back(set_.w);
      if (trail.size() <= kAndersonMemory) continue;
      extrapolate(factor, trail);
      trail = {set_.w};
    }
    return false;
  }
  // One pass; the largest step in units of the correlation.
  double descend(double factor) {
    double moved = 0;
    for (std::size_t k = 0; k < set_.size(); ++k) {
      const std::size_t j = set_.ids[k];
      const double old = set_.w[k], next = minimiser(j, factor, old, set_.slope[k]);
      if (next == old) continue;
      const double back = old - next;
      const double* gram = set_.gram(k);
      kernels<double>().add_columns(set_.size(), 1, &gram, &back, set_.slope.data());
      set_.w[k] = next + 0.0;
      moved = std::max(moved, std::fabs(back) * square_[j] / rows_);
    }
    return moved;
  }
  double objective(double factor) {
    const auto& k = kernels<double>();
    double sum = -0.5 * (k.dot(set_.size(), set_.w.data(), set_.correlation.data()) +
                         k.dot(set_.size(), set_.w.data(), set_.slope.data()));
    for (std::size_t at = 0; at < set_.size(); ++at)
      sum += rows_ * value(penalty_of(set_.ids[at], factor), &set_.w[at], 1);
    return sum;
  }
  void extrapolate(double factor, const std::vector<std::vector<double>>& trail) {
    const std::vector<double> weight = anderson_weights(trail);
    if (weight.empty()) return;
    const double before = objective(factor);
    const std::vector<double> last = set_.w;
    for (std::size_t k = 0; k < set_.size(); ++k) {
      double sum = 0;
      for (std::size_t a = 0; a < weight.size(); ++a) sum += weight[a] * trail[a + 1][k];
      set_.w[k] = last[k] == 0 ? 0.0 : sum + 0.0;  // zeros stay zeros
    }
    set_.refresh_slope();
    if (objective(factor) < before) return;
    set_.w = last;
    set_.refresh_slope();
  }

  void check_all(double factor) {
    std::vector<double> residual(data_.rows);
    set_.residual(residual.data());
    residual_square_ = kernels<double>().dot(data_.rows, residual.data(), residual.data());
    at_residual_ = dots(residual);
    std::fill(w_.begin(), w_.end(), 0.0);
    for (std::size_t k = 0; k < set_.size(); ++k) w_[set_.ids[k]] = set_.w[k];
    kkt_ = 0;
    for (std::size_t j = 0; j < data_.cols; ++j) {
      const double gradient = -at_residual_[j] / rows_;
      kkt_ = std::max(kkt_, subdiff_distance(penalty_of(j, factor), &w_[j], &gradient, 1));
    }
    set_.refresh_slope();
  }
  // The columns outside that would move from zero, at most as many as the support has, and 64.
  bool take_in(double factor) {
    std::vector<std::pair<double, std::size_t>> fresh;
    for (std::size_t j = 0; j < data_.cols; ++j)
      if (!set_.has(j) && minimiser(j, factor, 0, at_residual_[j]) != 0)
        fresh.emplace_back(-std::fabs(at_residual_[j]), j);
    if (fresh.empty()) return false;
    const std::size_t most = std::min(fresh.size(), std::max<std::size_t>(64, set_.support().size()));
    std::partial_sort(fresh.begin(), fresh.begin() + static_cast<std::ptrdiff_t>(most), fresh.end());
    Columns columns;
    for (std::size_t k = 0; k < most; ++k) columns.push_back(fresh[k].second);
    std::sort(columns.begin(), columns.end());
    set_.add(columns, poll_);
    return true;
  }

  const Centred& data_;
  const Penalty& given_;
  const PathOptions& options_;
  Poller& poll_;
  const double rows_;
  const std::vector<double> correlation_;  // of every column with the target
  std::vector<double> at_residual_, w_;    // of the last check
  const std::vector<double> square_;
  WorkingSet set_;
  Penalty single_;  // of one weight
  double scale_ = 0, kkt_ = 0, residual_square_ = 0;
  std::size_t passes_ = 0;
};

}  // namespace

PenalizedFit penalized_least_squares(const Design& x, const double* y, const double* sample_weight,
                                     const Penalty& penalty, const PathOptions& options) {
  check_options(options, {}, x.cols);
  check(penalty.kind != PenaltyKind::kGroup,
        "[penalty] norms of groups are for the group lasso, not for single weights");
  check_penalty(penalty, WeightShape(x.cols, 1), "[penalty]");
  Poller poll(options.poll, "[penalty]");
  const Centred data(x, y, sample_weight, options.fit_intercept, poll);
  PenalizedSolver solver(data, penalty, options, poll);
  if (options.start) solver.begin_at(options.start);
  bool converged = false;
  for (const double factor : solver.steps()) converged = solver.solve(factor);
  return solver.result(converged);
}

}  // namespace proxnet
