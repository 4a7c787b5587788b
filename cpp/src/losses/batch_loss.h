// Loss, gradient and metrics of the rows of a batch. Threads fill their own rows; one thread then adds the rows in
// order, so that the sums have the same bits on any team.
#pragma once

#include <vector>

#include "losses/loss_plan.h"
#include "losses/metric_rows.h"
#include "losses/metric_sums.h"

namespace proxnet {

template <class T> class BatchLoss {
 public:
  BatchLoss() = default;
  // Buffers for batches of at most `rows` rows.
  BatchLoss(const LossPlan<T>& plan, const std::vector<MetricSpec>& metrics, std::size_t outputs, std::size_t rows);

  // row_scale[row] = weight / divisor
  void set_weight(std::size_t row, T weight, T divisor) { weight_[row] = weight, row_scale_[row] = weight / divisor; }

  // Loss and metrics of rows [first, first + h.rows) of the batch: h (rows, outputs) holds the outputs, or logits that
  // become outputs (LossPlan::replaces_activation). d = d(sum_r row_scale[r] loss[r]) / dh unless null.
  void evaluate(const KernelTable<T>& k, std::size_t first, MatrixView<T> h, ConstMatrixView<T> y, T* d,
                std::ptrdiff_t d_row);

  // sum_r factor[r] loss[r] over the first `rows` rows; a null factor counts as ones.
  double loss(const KernelTable<T>& k, std::size_t rows, const T* factor) const {
    return factor ? k.dot(rows, row_loss_.data(), factor) : k.sum(rows, row_loss_.data());
  }
  void add_metrics(const KernelTable<T>& k, std::size_t rows, const T* weight, std::vector<MetricSums>& sums) const;

  const T* weight() const { return weight_.data(); }
  const T* row_scale() const { return row_scale_.data(); }

 private:
  LossPlan<T> plan_;
  std::vector<T> weight_, row_scale_, row_loss_;  // one number per row
  std::vector<MetricRows<T>> metrics_;
  std::vector<std::vector<T>> metric_values_;  // (rows, width) of each metric
};

}  // namespace proxnet
