// Metrics row by row, as Keras defines them.
#include <cmath>

#include "metric_rows.h"

namespace proxnet {

namespace {

template <class T> std::size_t argmax(const T* x, std::size_t count) {
  std::size_t best = 0;
  for (std::size_t j = 1; j < count; ++j)
    if (x[j] > x[best]) best = j;
  return best;
}

template <class T, class F> T row_mean(const T* p, const T* y, std::size_t count, F f) {
  double total = 0;
  for (std::size_t j = 0; j < count; ++j) total += static_cast<double>(f(p[j], y[j]));
  return static_cast<T>(total / static_cast<double>(count));
}

}  // namespace

template <class T> void metric_rows(Metric metric, ConstMatrixView<T> output, ConstMatrixView<T> y, T* values) {
  const std::size_t cols = output.cols;
  for (std::size_t r = 0; r < output.rows; ++r) {
    const T *p = output.row(r), *t = y.row(r);
    switch (metric) {
      case Metric::kBinaryAccuracy:
        values[r] = row_mean(p, t, cols, [](T a, T b) { return T((a > T(0.5) ? T(1) : T(0)) == b); });
        break;
      case Metric::kCategoricalAccuracy:
        values[r] = argmax(p, cols) == argmax(t, cols);
        break;
      case Metric::kSparseCategoricalAccuracy:
        values[r] = static_cast<T>(argmax(p, cols)) == t[0];
        break;
      case Metric::kMeanSquaredError:
        values[r] = row_mean(p, t, cols, [](T a, T b) { return (a - b) * (a - b); });
        break;
      case Metric::kMeanAbsoluteError:
        values[r] = row_mean(p, t, cols, [](T a, T b) { return std::fabs(a - b); });
        break;
    }
  }
}
template void metric_rows(Metric, ConstMatrixView<float>, ConstMatrixView<float>, float*);
template void metric_rows(Metric, ConstMatrixView<double>, ConstMatrixView<double>, double*);

}  // namespace proxnet
