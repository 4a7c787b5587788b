#include "linear/path/group_problem.h"

#include "linear/working_set/working_set.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

std::vector<double> with_targets(const CenteredTargets& data, Poller& poll) {
  std::vector<double> q(data.targets * data.cols);
  for (std::size_t t = 0; t < data.targets; ++t) data.all_dots(data.of(t), q.data() + t * data.cols, poll);
  return q;
}

// A coordinate step updates a row of the Gram matrix (O(columns)) or reads and updates the residual (O(rows), twice):
// Gram pays for up to 2 * rows columns. Sparse columns are centered one by one, which is much slower.
std::size_t max_gram_columns(const CenteredDesign& data, const PathOptions& options) {
  return data.x.dense() ? std::min(options.gram_columns, 2 * data.rows) : options.gram_columns;
}

}  // namespace

GroupProblem::GroupProblem(const CenteredTargets& data, const GroupPenalty& penalty, const PathOptions& options,
                           std::size_t points, Poller& poll)
    : data_(data),
      penalty_(penalty),
      poll_(poll),
      null_value_(kernels<double>().dot(data.all.size(), data.all.data(), data.all.data())),
      correlations_(with_targets(data, poll)),
      residual_(data.all),
      set_(data, penalty, correlations_, max_gram_columns(data, options)),
      descent_(set_, penalty, null_value_),
      all_active_(full_gram_pays(data.x, points, options.gram_columns)) {
  neg_gradient = correlations_;
  if (all_active_) set_.add_all(poll);
  alpha_max_ = makes_zeros(penalty) ? largest_factor() / scale() : INFINITY;
  if (!options.start) return;
  std::vector<double> start(options.start, options.start + neg_gradient.size());
  for (std::size_t e = 0; e < start.size(); ++e)
    if (data.is_eliminated(e % data.cols)) start[e] = 0;
  std::vector<double> w;
  Columns used;
  for (std::size_t g = 0; g < blocks(); ++g) {
    read(g, start, w);
    if (std::any_of(w.begin(), w.end(), [](double v) { return v != 0; })) used.push_back(g);
  }
  set_.add(used, poll);
  set_.set_coefficients(start.data(), poll);
  if (!all_active_) set_.residuals(residual_.data(), poll_);
  update_all_gradients();
}

void GroupProblem::read(std::size_t group, const std::vector<double>& from, std::vector<double>& out) const {
  out.clear();
  for (std::size_t e = penalty_.starts[group]; e < penalty_.starts[group + 1]; ++e)
    for (std::size_t t = 0; t < data_.targets; ++t) out.push_back(from[t * data_.cols + penalty_.members[e]]);
}

double GroupProblem::largest_factor() const {
  double top = 0;
  std::vector<double> q;
  for (std::size_t g = 0; g < blocks(); ++g) {
    read(g, correlations_, q);
    top = std::max(top, factor_of_zero(sparse_group(penalty_, g, 1, data_.targets), q.data(), q.size()));
  }
  return top;
}

double GroupProblem::screening_excess(std::size_t group, const std::vector<double>& q, double alpha_fraction) const {
  const SparseGroup strength = sparse_group(penalty_, group, alpha_fraction * strength_, data_.targets);
  double sum = 0;
  std::size_t k = 0;
  for (std::size_t e = penalty_.starts[group]; e < penalty_.starts[group + 1]; ++e)
    for (std::size_t t = 0; t < data_.targets; ++t, ++k) {
      const double over = strength.excess(k, q[t * data_.cols + penalty_.members[e]]);
      sum += over * over;
    }
  return std::sqrt(sum) - strength.norm;
}

double GroupProblem::kkt_tolerance(double gap) const {
  return std::max(null_value_ > 0 ? 100 * gap / null_value_ : 0.0, 1e-10) * alpha_max_ * scale();
}

std::size_t GroupProblem::solve(double tol, std::size_t max_iter) {
  // The working set is solved to a tenth of the full gap whatever the tolerance: a tighter tolerance continues where a
  // looser one stopped, and more iterations cannot make up for missing groups.
  constexpr double kPart = 0.1, kRounding = 1e-15;
  if (!all_active_) tol = std::max(kPart * gap_, kRounding * null_value_);
  const std::size_t iterations = descent_.solve(strength_, tol, kkt_tolerance(tol), max_iter, poll_);
  if (!all_active_) set_.residuals(residual_.data(), poll_);
  return iterations;
}

void GroupProblem::update_gradient(const Columns& groups) {
  Columns columns;
  for (const std::size_t g : groups)
    columns.insert(columns.end(), penalty_.members.begin() + static_cast<std::ptrdiff_t>(penalty_.starts[g]),
                   penalty_.members.begin() + static_cast<std::ptrdiff_t>(penalty_.starts[g + 1]));
  std::vector<double> dots(columns.size());
  for (std::size_t t = 0; t < data_.targets; ++t) {
    data_.some_dots(columns, residual_.data() + t * data_.rows, dots.data(), poll_);
    for (std::size_t k = 0; k < columns.size(); ++k) neg_gradient[t * data_.cols + columns[k]] = dots[k];
  }
}

void GroupProblem::update_all_gradients() {
  if (all_active_) set_.refresh_gradients(poll_);
  for (std::size_t t = 0; t < data_.targets; ++t) {
    double* out = neg_gradient.data() + t * data_.cols;
    if (all_active_)
      std::copy(set_.neg_gradient[t].begin(), set_.neg_gradient[t].end(), out);
    else
      data_.all_dots(residual_.data() + t * data_.rows, out, poll_);
  }
}

Certificate GroupProblem::certificate() {
  const Certificate c = all_active_ ? descent_.certificate_of(strength_) : certificate_of_all();
  gap_ = c.gap;
  return c;
}

Certificate GroupProblem::certificate_of_all() const {
  const auto& k = kernels<double>();
  const std::size_t n = residual_.size();
  std::vector<double> all(neg_gradient.size()), w, q;
  set_.coefficients(all.data());
  const auto block = [&](std::size_t g) {
    read(g, all, w), read(g, neg_gradient, q);
    return GroupBlock{g, w.size(), w.data(), q.data()};
  };
  return group_certificate(
      penalty_, strength_, data_.targets, blocks(), block,
      {k.dot(n, residual_.data(), residual_.data()), k.dot(n, residual_.data(), data_.all.data())});
}

}  // namespace proxnet
