// Metrics in two steps: any thread turns its rows into values; one thread adds them up in the order of the rows.
#pragma once

#include <vector>

#include "losses/loss_plan.h"
#include "proxnet/metric.h"

namespace proxnet {

// Thresholds of a counting metric, rising.
std::vector<double> metric_thresholds(const Metric& metric);

// From outputs and targets to values: `width` a row.
template <class T> class MetricRows {
 public:
  MetricRows(const Metric& metric, std::size_t outputs);
  std::size_t width() const { return width_; }
  // values[r * width ...] for the rows of the network's output, which stays as it is, and of y.
  void operator()(const KernelTable<T>& k, MatrixView<T> output, ConstMatrixView<T> y, T* values) const;

 private:
  void count_row(const T* p, const T* y, std::size_t cols, T* values) const;

  Metric metric_;
  std::size_t width_;
  LossPlan<T> loss_;
  std::vector<T> thresholds_;
};

// Sums over rows. Counts are whole numbers where rows are not weighted.
class MetricSums {
 public:
  MetricSums(const MetricSpec& spec, std::size_t outputs);
  // `weight` (one a row) may be null.
  template <class T>
  void add(const KernelTable<T>& k, std::size_t rows, const T* values, std::size_t width, const T* weight);
  // What another part of the rows, after these, added up to.
  void merge(const MetricSums& after);
  double result() const;
  std::size_t size() const { return sums_.size(); }

 private:
  double curve_area(const double* counts) const;
  double f1_score() const;
  double r2_score() const;

  MetricSpec spec_;
  std::size_t outputs_, bins_;
  // Means: sum, mass. Counts: by column, label, number of thresholds below. F1: true and false positives, false
  // negatives of each output. R2: mass, mean, sum of squared deviations, residual of each output.
  std::vector<double> sums_;
};

}  // namespace proxnet
