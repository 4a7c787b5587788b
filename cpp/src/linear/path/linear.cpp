// The public functions of linear.h: they check arguments and run the path driver.
#include "proxnet/linear.h"

#include <algorithm>
#include <cmath>

#include "linear/path/folds.h"
#include "linear/path/least_squares_problem.h"
#include "linear/path/path_driver.h"

namespace proxnet {

LinearPath elastic_net_path(const Design& x, const double* y, const double* sample_weight,
                            const ElasticNetPenalty& penalty, const PathOptions& options) {
  check_penalty(penalty, x.cols);
  check_options(options, penalty, x.cols);
  Poller poll(options.poll, "[path]");
  const CenteredDesign data(x, y, sample_weight, options.fit_intercept, poll, penalty.standardize,
                            unpenalized_columns(penalty));
  const std::size_t points = options.alphas.empty() ? options.count : options.alphas.size();
  PathOptions own = options;
  std::vector<double> start;
  for (std::size_t j = 0; options.start && j < x.cols; ++j)
    start.push_back(data.is_eliminated(j) ? 0.0 : options.start[j] * data.column_scale(j));
  if (options.start) own.start = start.data();
  LeastSquaresProblem problem(data, penalty, own, points, poll);
  LinearPath path;
  path.cols = x.cols;
  path.coef.resize(points * x.cols);
  PathDriver(problem, own).run(path, [&](std::size_t k) {
    double* coef = path.coef.data() + k * x.cols;
    const std::vector<double> w = problem.coefficients();
    std::copy(w.begin(), w.end(), coef);
    data.complete(data.target_projection, coef);
    for (std::size_t j = 0; j < x.cols; ++j) coef[j] /= data.column_scale(j);
    path.intercept.push_back(data.intercept(coef));
  });
  return path;
}

CrossValidation cross_validate(const Design& x, const double* y, const std::vector<Fold>& folds,
                               const ElasticNetPenalty& penalty, const PathOptions& options) {
  return mean_squares(x, y, 1, folds, options, [&](const double* train, const PathOptions& mine) {
    return elastic_net_path(x, y, train, penalty, mine);
  });
}

double alpha_max(const Design& x, const double* y, const double* sample_weight, const ElasticNetPenalty& penalty,
                 bool fit_intercept) {
  check_penalty(penalty, x.cols);
  check(penalty.l1_ratio > 0, "[alpha_max] l1_ratio must be > 0, got ", penalty.l1_ratio);
  const std::function<bool()> never;
  Poller poll(never, "[alpha_max]");
  const CenteredDesign data(x, y, sample_weight, fit_intercept, poll, penalty.standardize,
                            unpenalized_columns(penalty));
  return alpha_of_zeros(penalty, static_cast<double>(x.rows), data.target_dots(poll));
}

std::vector<double> column_means(const Design& x, const double* sample_weight, const PollFunction& ask) {
  Poller poll(ask, "[column_means]");
  std::vector<double> weight(x.rows, 1.0), means(x.cols);
  if (sample_weight) weight.assign(sample_weight, sample_weight + x.rows);
  double total = 0;
  for (const double w : weight) total += w;
  x.all_dots(weight.data(), means.data(), poll);
  for (double& mean : means) mean /= total;
  return means;
}

std::vector<double> column_deviations(const Design& x, const PollFunction& ask) {
  Poller poll(ask, "[column_deviations]");
  const std::vector<double> nothing(x.rows);
  std::vector<double> squares = CenteredDesign(x, nothing.data(), nullptr, true, poll).squares(poll);
  for (double& square : squares) square = std::sqrt(std::max(square, 0.0) / static_cast<double>(x.rows));
  return squares;
}

}  // namespace proxnet
