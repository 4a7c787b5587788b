// Checks before training or evaluation starts.
#include "network/data_check.h"

#include <cmath>
#include <set>

#include "runtime/poll_here.h"

namespace proxnet {

namespace {

template <class T>
void check_targets(Targets targets, std::size_t outputs, ConstMatrixView<T> y, const char* operation) {
  const double classes = static_cast<double>(outputs);
  bool zero = false, minus = false;
  for (std::size_t i = 0; i < y.rows; ++i) {
    if (i % 4096 == 0) poll_here();
    for (std::size_t j = 0; j < y.cols; ++j) {
      const double t = static_cast<double>(y.row(i)[j]);
      check(std::isfinite(t), operation, " y must be finite, y[", i, ", ", j, "] = ", t);
      const auto rule = [&](bool holds, const auto&... words) {
        check(holds, operation, " y must ", words..., ", y[", i, ", ", j, "] = ", t);
      };
      if (targets == Targets::kClassNumbers)
        check(t >= 0 && t < classes && t == std::floor(t), operation, " y must hold class numbers 0 to ", classes - 1,
              ", y[", i, "] = ", t);
      else if (targets == Targets::kProbabilities)
        rule(t >= 0 && t <= 1, "be in [0, 1] for this loss");
      else if (targets == Targets::kNotNegative)
        rule(t >= 0, "not be negative for this loss");
      else if (targets == Targets::kBinary)
        rule(t == 0 || t == 1, "be 0 or 1 for metrics that count true and false positives");
      else if (targets == Targets::kSigns) {
        zero = zero || t == 0, minus = minus || t == -1;
        rule(t == 0 || t == 1 || t == -1, "be 0 or 1, or -1 or 1, for a hinge");
      }
    }
  }
  check(!zero || !minus, operation, " y must be 0 or 1, or -1 or 1, for a hinge, got 0 and -1");
}

}  // namespace

template <class T>
void check_data(const NetworkImpl<T>& network, const Data<T>& data, const char* operation, bool read_x,
                bool some_weight) {
  if (!network.compiled) throw InvalidState(sentence(operation, " the network must be compiled first"));
  const RowSource<T>& x = *data.x;
  check(x.rows() >= 1, operation, " x must have at least one row, got 0");
  check(x.cols() == network.inputs, operation, " x must have ", network.inputs, " columns, got ", x.cols());
  check(data.y.rows == x.rows(), operation, " x and y must have the same number of rows, got ", x.rows(), " and ",
        data.y.rows);
  const bool labels = loss_targets(network.loss) == Targets::kClassNumbers;
  check(data.y.cols == (labels ? 1 : network.outputs()), operation, " y must have ", labels ? 1 : network.outputs(),
        " columns, got ", data.y.cols);
  if (read_x) x.check_finite(operation, "x");
  std::set<Targets> asked = {loss_targets(network.loss)};
  for (const MetricSpec& spec : network.metrics) asked.insert(metric_targets(spec.metric));
  for (const Targets targets : asked) check_targets(targets, network.outputs(), data.y, operation);
  if (!data.sample_weight) return;
  double total = 0;
  for (std::size_t i = 0; i < x.rows(); ++i) {
    if (i % 4096 == 0) poll_here();
    const double w = static_cast<double>(data.sample_weight[i]);
    check(std::isfinite(w) && w >= 0, operation, " sample_weight must be finite and not negative, sample_weight[", i,
          "] = ", w);
    total += w;
  }
  check(total > 0 || !some_weight, operation, " sample_weight must not be all zero");
}

template void check_data(const NetworkImpl<float>&, const Data<float>&, const char*, bool, bool);
template void check_data(const NetworkImpl<double>&, const Data<double>&, const char*, bool, bool);

}  // namespace proxnet
