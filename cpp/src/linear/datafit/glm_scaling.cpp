#include "linear/datafit/glm_scaling.h"

#include <algorithm>
#include <cmath>

namespace proxnet {

namespace {

// The largest power of two <= x, its exponent clamped to [-1000, 1000]; 1 for x = 0.
double power_of_two(double x) { return x > 0 ? std::exp2(std::clamp(std::floor(std::log2(x)), -1000.0, 1000.0)) : 1; }

double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

}  // namespace

GlmScaling::GlmScaling(const GlmTask& task, const double* y, const std::vector<double>& normalized_weight,
                       bool fit_intercept)
    : rows_(normalized_weight.size()), huber_(task.loss == GlmLoss::kHuber) {
  std::vector<double> counted;
  double mean = 0;
  for (std::size_t i = 0; i < rows_; ++i)
    if (normalized_weight[i] > 0) counted.push_back(y[i]), mean += normalized_weight[i] * y[i];
  if (task.loss == GlmLoss::kPoisson && fit_intercept) {
    objective = power_of_two(mean), shift = std::log(objective);
  } else if (huber_) {
    if (fit_intercept) shift = median(counted);
    double off = 0;
    for (double& v : counted) v = std::fabs(0.5 * v - 0.5 * shift);  // half: y may be as large as double's range
    for (const double v : counted) off = std::max(off, v);
    const double middle = median(counted);
    // The median is 0 where most rows are equal: the mean of the others gives the order of magnitude.
    mean = 0;
    for (const double v : counted) mean += v / off / static_cast<double>(counted.size());
    objective = weight = power_of_two(middle > 0 ? middle : off > 0 ? mean * off : 0);
  }
}

std::vector<double> GlmScaling::targets(const double* y) const {
  std::vector<double> inside(y, y + rows_);
  for (double& v : inside) v = huber_ ? v / weight - shift / weight : v / objective;
  return inside;
}

void GlmScaling::predictions(std::vector<double>& z) const {
  for (double& v : z) v = v / weight - shift / weight;
}

void GlmScaling::restore(LinearPath& path, double gap) const {
  const auto times = [](std::vector<double>& values, double by) {
    for (double& v : values) v *= by;
  };
  times(path.coef, weight), times(path.intercept, weight), times(path.scale, weight);
  times(path.gap, gap), times(path.kkt, gradient_scale()), times(path.objective, objective),
      times(path.dual_gap, objective);
  path.limit *= gap, path.null_value *= gap;
  for (double& b : path.intercept) b += shift;
}

}  // namespace proxnet
