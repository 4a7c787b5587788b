// The public functions: arguments checked, alphas in order, each point with its certificate.
#include "linear/path_options.h"
#include "linear/path_solver.h"

namespace proxnet {

LinearPath elastic_net_path(const Design& x, const double* y, const double* sample_weight,
                            const ElasticNetPenalty& penalty, const PathOptions& options) {
  check_penalty(penalty, x.cols);
  check_options(options, penalty, x.cols);
  Poller poll(options.poll, "[path]");
  const Centred data(x, y, sample_weight, options.fit_intercept, poll);
  PathSolver solver(data, penalty, options, options.alphas.empty() ? options.count : options.alphas.size(), poll);
  LinearPath path;
  path.cols = x.cols;
  path.alphas = options.alphas.empty() ? alpha_grid(solver.alpha_max(), options.eps, options.count) : options.alphas;
  path.coef.resize(path.alphas.size() * x.cols);
  for (std::size_t k = 0; k < path.alphas.size(); ++k) {
    const PathPoint point = solver.solve(path.alphas[k]);
    double* coef = path.coef.data() + k * x.cols;
    solver.coefficients(coef);
    path.intercept.push_back(data.intercept(coef));
    path.gap.push_back(point.gap);
    path.kkt.push_back(point.kkt);
    path.passes.push_back(point.passes);
    path.converged.push_back(point.converged);
  }
  path.target_square = data.target_square / static_cast<double>(x.rows);
  return path;
}

double alpha_max(const Design& x, const double* y, const double* sample_weight, const ElasticNetPenalty& penalty,
                 bool fit_intercept) {
  check_penalty(penalty, x.cols);
  check(penalty.l1_ratio > 0, "[alpha_max] l1_ratio must be > 0, got ", penalty.l1_ratio);
  const std::function<bool()> never;
  Poller poll(never, "[alpha_max]");
  const Centred data(x, y, sample_weight, fit_intercept, poll);
  std::vector<double> q(x.cols);
  data.all_dots(data.target.data(), q.data(), poll);
  return alpha_of_zeros(penalty, static_cast<double>(x.rows), q);
}

}  // namespace proxnet
