// Metrics per row, as Keras defines them.
#include "proxnet/metric.h"

#include <algorithm>
#include <cmath>

#include "losses/metric_rows.h"
#include "losses/metric_sums.h"
#include "ops/activations.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

template <class T> std::size_t argmax(const T* x, std::size_t count) {
  std::size_t best = 0;
  for (std::size_t j = 1; j < count; ++j)
    if (x[j] > x[best]) best = j;
  return best;
}

template <class T> bool in_top(const T* p, std::size_t count, std::size_t index, std::size_t k) {
  return static_cast<std::size_t>(std::count_if(p, p + count, [&](T x) { return x > p[index]; })) < k;
}

// The class number y, or 0 out of range: another thread may have written to the caller's y after its check.
template <class T> std::size_t label(T y, std::size_t count) {
  return y >= 0 && y < static_cast<T>(count) ? static_cast<std::size_t>(y) : 0;
}

template <class T, class F> T row_mean(const T* p, const T* y, std::size_t count, F f) {
  std::size_t total = 0;
  for (std::size_t j = 0; j < count; ++j) total += f(p[j], y[j]);
  return static_cast<T>(static_cast<double>(total) / static_cast<double>(count));
}

Loss loss_of(const Metric& m) {
  if (m == Metric::kLoss) return m.loss;
  if (m == Metric::kCosineSimilarity) return Loss::kCosineSimilarity;
  return m == Metric::kMeanAbsoluteError ? Loss::kMeanAbsoluteError : Loss::kMeanSquaredError;
}

bool is_loss(const Metric& m) { return m.kind >= Metric::kMeanSquaredError && m.kind <= Metric::kLoss; }

std::size_t values_per_row(const Metric& m, std::size_t outputs) {
  if (m == Metric::kR2Score) return 2 * outputs;
  return m.kind < Metric::kTruePositives || m.class_id >= 0 ? 1 : outputs;
}

}  // namespace

std::vector<double> metric_thresholds(const Metric& m) {
  if (m.kind != Metric::kAuc) return {m.threshold};
  std::vector<double> all = {-1e-7};
  const double steps = static_cast<double>(m.num_thresholds - 1);
  for (std::size_t i = 1; m.thresholds.empty() && i + 1 < m.num_thresholds; ++i)
    all.push_back(static_cast<double>(i) / steps);
  all.insert(all.end(), m.thresholds.begin(), m.thresholds.end());
  all.push_back(1 + 1e-7);
  return all;
}

Targets metric_targets(const Metric& m) {
  if (m == Metric::kSparseCategoricalAccuracy || m == Metric::kSparseTopKCategoricalAccuracy)
    return Targets::kClassNumbers;
  if (m == Metric::kLoss) return loss_targets(m.loss);
  return m.kind >= Metric::kTruePositives && m.kind != Metric::kR2Score ? Targets::kBinary : Targets::kNumbers;
}

void check_metric(const Metric& m, std::size_t outputs, const char* operation) {
  check(std::isfinite(m.threshold), operation, " threshold must be finite, got ", m.threshold);
  const bool top = m == Metric::kTopKCategoricalAccuracy || m == Metric::kSparseTopKCategoricalAccuracy;
  check(!top || (m.k >= 1 && m.k <= outputs), operation, " k must be from 1 to the number of outputs, ", outputs,
        ", got ", m.k);
  check(m.top_k <= outputs, operation, " top_k must be at most the number of outputs, ", outputs, ", got ", m.top_k);
  check(m.class_id < static_cast<std::ptrdiff_t>(outputs), operation, " class_id must be below the number of outputs, ",
        outputs, ", got ", m.class_id);
  const std::size_t thresholds = m.thresholds.empty() ? m.num_thresholds : m.thresholds.size() + 2;
  check(thresholds >= 2 && thresholds <= Metric::kMaxThresholds, operation, " num_thresholds must be from 2 to ",
        Metric::kMaxThresholds, ", got ", thresholds);
  check(m.kind != Metric::kAuc || !m.multi_label || thresholds <= 4 * Metric::kMaxThresholds / outputs, operation,
        " num_thresholds times outputs must be at most ", 4 * Metric::kMaxThresholds, " with multi_label, got ",
        thresholds, " times ", outputs);
  for (std::size_t i = 0; i < m.thresholds.size(); ++i)
    check(m.thresholds[i] > 0 && m.thresholds[i] < 1 && (i == 0 || m.thresholds[i - 1] < m.thresholds[i]), operation,
          " thresholds must rise from 0 to 1, thresholds[", i, "] = ", m.thresholds[i]);
  check(m.kind != Metric::kF1Score || !m.largest || outputs > 1, operation,
        " an F1 score of one output needs a threshold: the largest of one output is always that one");
  if (is_loss(m)) check_loss(loss_of(m), Activation(), outputs, operation);
}

template <class T>
MetricRows<T>::MetricRows(const Metric& metric, std::size_t outputs)
    : metric_(metric),
      width_(values_per_row(metric, outputs)),
      loss_(loss_plan<T>(loss_of(metric), Activation(), outputs)) {
  if (metric.kind >= Metric::kTruePositives && metric.kind <= Metric::kAuc)
    for (const double t : metric_thresholds(metric)) thresholds_.push_back(static_cast<T>(t));
}

// values[j] = 1 + number of thresholds below p[j], negated where y[j] is 0.
template <class T> void MetricRows<T>::count_row(const T* p, const T* y, std::size_t cols, T* values) const {
  const std::size_t first = metric_.class_id < 0 ? 0 : static_cast<std::size_t>(metric_.class_id);
  for (std::size_t j = first; j < first + width_; ++j) {
    const T x = metric_.from_logits ? T(1) / (T(1) + std::exp(-p[j])) : p[j];
    check(metric_.kind != Metric::kAuc || !(x < T(-1e-6) || x > T(1 + 1e-6)),
          "[metric] AUC takes outputs from 0 to 1, got ", x,
          ": end the model with a sigmoid, or use AUC(from_logits=True)");
    const auto above = std::lower_bound(thresholds_.begin(), thresholds_.end(), x);
    std::size_t below = static_cast<std::size_t>(above - thresholds_.begin());
    if (metric_.top_k) {  // ties: the first outputs win
      std::size_t before = 0;
      for (std::size_t i = 0; i < cols; ++i) before += p[i] > p[j] || (p[i] == p[j] && i < j);
      if (before >= metric_.top_k) below = 0;
    }
    const T code = static_cast<T>(1 + below);
    values[j - first] = y[j] > T(0.5) ? code : -code;
  }
}

template <class T>
void MetricRows<T>::operator()(const KernelTable<T>& k, MatrixView<T> outputs, ConstMatrixView<T> y, T* values) const {
  const Metric& m = metric_;
  const std::size_t cols = outputs.cols;
  if (is_loss(m)) {
    LossRows<T> l = {};
    l.rows = outputs.rows, l.cols = cols, l.h = outputs.data, l.h_row = static_cast<std::ptrdiff_t>(outputs.stride);
    l.y = y.data, l.y_row = static_cast<std::ptrdiff_t>(y.stride), l.row_loss = values, l.scalars = loss_.scalars;
    return k.loss[static_cast<int>(loss_.kernel)](l);
  }
  const T cut = static_cast<T>(m.threshold);
  for (std::size_t r = 0; r < outputs.rows; ++r, values += width_) {
    const T *p = outputs.row(r), *t = y.row(r);
    switch (m.kind) {
      case Metric::kBinaryAccuracy:
        values[0] = row_mean(p, t, cols, [&](T a, T b) { return T(a > cut ? 1 : 0) == b; });
        break;
      case Metric::kCategoricalAccuracy:
        values[0] = argmax(p, cols) == argmax(t, cols);
        break;
      case Metric::kSparseCategoricalAccuracy:
        values[0] = static_cast<T>(argmax(p, cols)) == t[0];
        break;
      case Metric::kTopKCategoricalAccuracy:
        values[0] = in_top(p, cols, argmax(t, cols), m.k);
        break;
      case Metric::kSparseTopKCategoricalAccuracy:
        values[0] = in_top(p, cols, label(t[0], cols), m.k);
        break;
      case Metric::kEquality:
        values[0] = row_mean(p, t, cols, [](T a, T b) { return a == b; });
        break;
      case Metric::kF1Score:
        for (std::size_t j = 0, top = argmax(p, cols); j < cols; ++j) {
          const bool positive = m.largest ? p[j] >= p[top] && std::fabs(p[j]) > T(1e-9) : p[j] > cut;
          values[j] = static_cast<T>((positive ? 1 : 0) + (t[j] > T(0.5) ? 2 : 0));
        }
        break;
      case Metric::kR2Score:
        for (std::size_t j = 0; j < cols; ++j) values[j] = t[j], values[cols + j] = (t[j] - p[j]) * (t[j] - p[j]);
        break;
      default:
        count_row(p, t, cols, values);
    }
  }
}

template <class T>
double metric_value(const Metric& metric, ConstMatrixView<T> y, ConstMatrixView<T> p, const T* weight) {
  check_metric(metric, p.cols, "[metric]");
  const std::size_t columns = metric_targets(metric) == Targets::kClassNumbers ? 1 : p.cols;
  check(y.rows == p.rows && y.cols == columns, "[metric] y must have shape (", p.rows, ", ", columns, "), got (",
        y.rows, ", ", y.cols, ")");
  const auto& k = kernels<T>();
  MetricSums sums({metric, weight != nullptr}, p.cols);
  const MetricRows<T> rows(metric, p.cols);
  Activations<T> row(1, p.cols, Layout::kRows);
  std::vector<T> values(rows.width());
  for (std::size_t r = 0; r < p.rows; ++r) {
    check(metric.kind != Metric::kAuc || std::none_of(p.row(r), p.row(r) + p.cols, [](T x) { return std::isnan(x); }),
          "[metric] AUC takes outputs from 0 to 1, got NaN in row ", r);
    std::copy_n(p.row(r), p.cols, row.row(0));
    rows(k, {row.row(0), 1, p.cols, row.row_step()}, {y.row(r), 1, y.cols, y.stride}, values.data());
    sums.add(k, 1, values.data(), rows.width(), weight ? weight + r : nullptr);
  }
  return sums.result();
}

template class MetricRows<float>;
template class MetricRows<double>;
template double metric_value(const Metric&, ConstMatrixView<float>, ConstMatrixView<float>, const float*);
template double metric_value(const Metric&, ConstMatrixView<double>, ConstMatrixView<double>, const double*);

}  // namespace proxnet
