#include "linear/path/folds.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "linear/design/design.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

// Weighted mean of (y - prediction)^2; fitted: scratch, (rows).
double mean_square(const Design& x, const double* y, const double* weight, const double* coef, double intercept,
                   double* fitted, Poller& poll) {
  predict(x, coef, intercept, fitted, poll);
  double total = 0, square = 0;
  for (std::size_t i = 0; i < x.rows; ++i) {
    const double r = y[i] - fitted[i];
    total += weight[i];
    if (weight[i] != 0) square += weight[i] * r * r;
  }
  return square / total;
}

}  // namespace

void for_folds(std::size_t folds, const PathOptions& options,
               const std::function<void(std::size_t, const PathOptions&)>& work) {
  check(folds > 0, "[cross_validate] there must be a fold");
  std::atomic<std::size_t> next{0};
  std::atomic<int> finished{0};
  const int threads = static_cast<int>(std::min(folds, static_cast<std::size_t>(team_threads())));
  run_team(threads, [&](Member& member) {
    // Only the calling thread may call the caller's poll; the others stop once it has thrown.
    PathOptions mine = options;
    if (member.rank > 0)
      mine.poll = [&member] {
        member.checkpoint();
        return false;
      };
    for (std::size_t f = next.fetch_add(1); f < folds; f = next.fetch_add(1)) {
      member.checkpoint();
      work(f, mine);
    }
    finished.fetch_add(1);
    Poller poll(options.poll, "[cross_validate]");
    while (member.rank == 0 && finished.load() < member.size) {
      member.checkpoint();
      poll();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
}

CrossValidation mean_squares(const Design& x, const double* y, std::size_t targets, const std::vector<Fold>& folds,
                             const PathOptions& options,
                             const std::function<LinearPath(const double*, const PathOptions&)>& path) {
  check(!options.alphas.empty(), "[cross_validate] alphas must be given");
  const std::size_t points = options.alphas.size();
  CrossValidation result;
  result.mean_square.resize(points * folds.size()), result.gap.resize(points * folds.size());
  result.limit.resize(folds.size());
  for_folds(folds.size(), options, [&](std::size_t f, const PathOptions& mine) {
    const LinearPath found = path(folds[f].train, mine);
    result.limit[f] = found.limit;
    std::vector<double> fitted(x.rows);
    Poller poll(mine.poll, "[cross_validate]");
    for (std::size_t a = 0; a < points; ++a) {
      poll();
      double sum = 0;
      for (std::size_t t = 0; t < targets; ++t)
        sum += mean_square(x, y + t * x.rows, folds[f].test, found.coef.data() + (a * targets + t) * x.cols,
                           found.intercept[a * targets + t], fitted.data(), poll);
      result.mean_square[a * folds.size() + f] = sum / static_cast<double>(targets);
      result.gap[a * folds.size() + f] = found.gap[a];
    }
  });
  return result;
}

}  // namespace proxnet
