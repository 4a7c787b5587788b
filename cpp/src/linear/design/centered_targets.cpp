#include "linear/design/centered_targets.h"

#include <cmath>
#include <numeric>

#include "runtime/dispatch.h"

namespace proxnet {

CenteredTargets::CenteredTargets(const Design& x, const RidgeData& data, Poller& poll,
                                 const Columns& unpenalized_columns)
    : CenteredDesign(x, data.y, data.sample_weight, data.fit_intercept, poll, false, unpenalized_columns),
      targets(data.targets),
      all(data.y, data.y + data.targets * x.rows),
      means(data.targets) {
  const std::vector<double> ones(rows, 1.0);
  const double* row_weight = weight.empty() ? ones.data() : weight.data();
  for (std::size_t t = 0; t < targets; ++t, poll()) {
    double* y = all.data() + t * rows;
    for (std::size_t i = 0; i < rows; ++i) check(std::isfinite(y[i]), "[fit] y must be finite, y[", i, "] = ", y[i]);
    if (data.fit_intercept) means[t] = kernels<double>().dot(rows, row_weight, y) / static_cast<double>(rows);
    for (std::size_t i = 0; i < rows; ++i) y[i] = (y[i] - means[t]) * (scale.empty() ? 1.0 : scale[i]);
    if (!unpenalized.columns().empty()) target_projections.push_back(project_out(y, poll));
  }
}

}  // namespace proxnet
