// The public functions of group_path.h: they check arguments and run the path driver.
#include "proxnet/group_path.h"

#include <algorithm>

#include "linear/path/folds.h"
#include "linear/path/group_problem.h"
#include "linear/path/path_driver.h"

namespace proxnet {

namespace {

void check_penalty(const GroupPenalty& p, std::size_t cols) {
  const std::size_t groups = p.norms.size();
  check(groups >= 1 && p.starts.size() == groups + 1 && p.starts[0] == 0 && p.starts[groups] == p.members.size(),
        "[path] groups must have a start and an end each, and a norm's weight, got ", groups, " weights and ",
        p.starts.size(), " starts");
  std::vector<bool> assigned(cols);
  for (std::size_t g = 0; g < groups; ++g) {
    check(p.starts[g] < p.starts[g + 1] && p.starts[g + 1] <= p.members.size(),
          "[path] groups must not be empty, group ", g, " is");
    for (std::size_t e = p.starts[g]; e < p.starts[g + 1]; ++e) {
      const std::size_t j = p.members[e];
      check(j < cols, "[path] groups must hold columns below ", cols, ", group ", g, " holds ", j);
      check(!assigned[j], "[path] groups must not overlap: column ", j, " is in two");
      assigned[j] = true;
    }
    check(std::isfinite(p.norms[g]) && p.norms[g] >= 0, "[path] the groups' weights must be finite and >= 0, weight ",
          g, " is ", p.norms[g]);
  }
  check(p.members.size() == cols, "[path] every column must be in a group, ", cols - p.members.size(), " are in none");
  check(std::isfinite(p.l1) && p.l1 >= 0 && std::isfinite(p.l2) && p.l2 >= 0,
        "[path] the shares of L1 and L2 must be finite and >= 0, got ", p.l1, " and ", p.l2);
  check_penalty(ElasticNetPenalty{1, p.factors}, cols);
}

Columns unpenalized_columns(const GroupPenalty& p) {
  Columns found;
  for (std::size_t g = 0; g < p.norms.size(); ++g)
    for (std::size_t e = p.starts[g]; e < p.starts[g + 1]; ++e) {
      const double factor = p.factors.empty() ? 1.0 : p.factors[p.members[e]];
      if (p.norms[g] == 0 && p.l1 * factor == 0 && p.l2 * factor == 0) found.push_back(p.members[e]);
    }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

LinearPath group_path(const Design& x, const double* y, std::size_t targets, const double* sample_weight,
                      const GroupPenalty& penalty, const PathOptions& options) {
  check_penalty(penalty, x.cols);
  ElasticNetPenalty like;
  const Columns unpenalized = unpenalized_columns(penalty);
  if (unpenalized.size() == x.cols) like.factors.assign(x.cols, 0.0);
  like.l1_ratio = makes_zeros(penalty) || unpenalized.size() == x.cols ? 1 : 0;
  check_options(options, like, targets * x.cols);
  Poller poll(options.poll, "[path]");
  RidgeData given;
  given.y = y, given.targets = targets, given.sample_weight = sample_weight;
  given.fit_intercept = options.fit_intercept;
  const CenteredTargets data(x, given, poll, unpenalized);
  const std::size_t points = options.alphas.empty() ? options.count : options.alphas.size();
  GroupProblem problem(data, penalty, options, points, poll);
  LinearPath path;
  path.cols = x.cols, path.outputs = targets;
  path.coef.resize(points * targets * x.cols);
  PathDriver(problem, options).run(path, [&](std::size_t k) {
    double* coef = path.coef.data() + k * targets * x.cols;
    problem.coefficients(coef);
    for (std::size_t t = 0; t < targets; ++t) {
      if (!data.unpenalized.columns().empty()) data.complete(data.target_projections[t], coef + t * x.cols);
      double b = data.means[t];
      for (std::size_t j = 0; j < x.cols; ++j) b -= data.mean[j] * coef[t * x.cols + j];
      path.intercept.push_back(b);
    }
  });
  return path;
}

CrossValidation cross_validate(const Design& x, const double* y, std::size_t targets, const std::vector<Fold>& folds,
                               const GroupPenalty& penalty, const PathOptions& options) {
  return mean_squares(x, y, targets, folds, options, [&](const double* train, const PathOptions& mine) {
    return group_path(x, y, targets, train, penalty, mine);
  });
}

}  // namespace proxnet
