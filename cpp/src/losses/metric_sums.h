// Metrics from sums over rows, in double.
#pragma once

#include <vector>

#include "kernels/kernel_table.h"
#include "proxnet/metric.h"

namespace proxnet {

// Unweighted counts are integers.
class MetricSums {
 public:
  MetricSums(const MetricSpec& spec, std::size_t outputs);
  // Adds rows of MetricRows values (rows, width). A null weight counts as ones.
  template <class T>
  void add(const KernelTable<T>& k, std::size_t rows, const T* values, std::size_t width, const T* weight);
  // Adds the sums of the rows that follow these.
  void merge(const MetricSums& after);
  double result() const;
  std::size_t size() const { return sums_.size(); }

 private:
  double curve_area(const double* counts) const;
  double f1_score() const;
  double r2_score() const;

  MetricSpec spec_;
  std::size_t outputs_, bins_;
  // Means: sum, weight. Counts: indexed by output, label, number of thresholds below p. F1, per output: true negatives,
  // false positives, false negatives, true positives. R2, per output: weight, mean, squared deviations, squared errors.
  std::vector<double> sums_;
};

inline std::vector<MetricSums> empty_sums(const std::vector<MetricSpec>& specs, std::size_t outputs) {
  std::vector<MetricSums> sums;
  for (const MetricSpec& spec : specs) sums.emplace_back(spec, outputs);
  return sums;
}

inline std::vector<double> results(const std::vector<MetricSums>& sums) {
  std::vector<double> values;
  for (const MetricSums& each : sums) values.push_back(each.result());
  return values;
}

}  // namespace proxnet
