// The values of a metric for each row of a batch. MetricSums adds them up.
#pragma once

#include <vector>

#include "losses/loss_plan.h"
#include "proxnet/metric.h"

namespace proxnet {

// Increasing thresholds of a metric that counts.
std::vector<double> metric_thresholds(const Metric& metric);

template <class T> class MetricRows {
 public:
  MetricRows(const Metric& metric, std::size_t outputs);
  // Values per row.
  std::size_t width() const { return width_; }
  // values (rows, width) from the network's outputs (rows, outputs) and targets y.
  void operator()(const KernelTable<T>& k, MatrixView<T> outputs, ConstMatrixView<T> y, T* values) const;

 private:
  void count_row(const T* p, const T* y, std::size_t cols, T* values) const;

  Metric metric_;
  std::size_t width_;
  LossPlan<T> loss_;
  std::vector<T> thresholds_;
};

}  // namespace proxnet
