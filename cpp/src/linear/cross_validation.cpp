// Paths on folds: all read one X, the rows held out have weight 0; folds go to the threads, each fold to one.
#include <atomic>
#include <chrono>
#include <thread>

#include "linear/design.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

// Mean square of y - prediction under the weights.
double mean_square(const Design& x, const double* y, const double* weight, const double* coef, double intercept,
                   std::vector<double>& fitted) {
  predict(x, coef, intercept, fitted.data());
  double total = 0, square = 0;
  for (std::size_t i = 0; i < x.rows; ++i) {
    const double r = y[i] - fitted[i];
    total += weight[i];
    if (weight[i] != 0) square += weight[i] * r * r;
  }
  return square / total;
}

}  // namespace

CrossValidation cross_validate(const Design& x, const double* y, const std::vector<Fold>& folds,
                               const ElasticNetPenalty& penalty, const PathOptions& options) {
  check(!options.alphas.empty(), "[cross_validate] alphas must be given");
  check(!folds.empty(), "[cross_validate] there must be a fold");
  const std::size_t points = options.alphas.size();
  CrossValidation result;
  result.mean_square.resize(points * folds.size());
  std::atomic<std::size_t> next{0}, unconverged{0};
  std::atomic<int> finished{0};
  const int threads = static_cast<int>(std::min(folds.size(), static_cast<std::size_t>(team_threads())));
  run_team(threads, [&](Member& member) {
    // Only the thread that called may ask the caller; the others leave when it has thrown.
    PathOptions mine = options;
    if (member.rank > 0)
      mine.poll = [&member] {
        member.checkpoint();
        return false;
      };
    std::vector<double> fitted(x.rows);
    for (std::size_t f = next.fetch_add(1); f < folds.size(); f = next.fetch_add(1)) {
      const LinearPath path = elastic_net_path(x, y, folds[f].train, penalty, mine);
      for (std::size_t a = 0; a < points; ++a) {
        result.mean_square[a * folds.size() + f] =
            mean_square(x, y, folds[f].test, path.coef.data() + a * x.cols, path.intercept[a], fitted);
        if (!path.converged[a]) unconverged.fetch_add(1);
      }
    }
    finished.fetch_add(1);
    Poller poll(options.poll, "[cross_validate]");
    while (member.rank == 0 && finished.load() < member.size) {
      member.checkpoint();
      poll();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  result.unconverged = unconverged.load();
  return result;
}

}  // namespace proxnet
