// The loss kernel and the metrics on the rows of one thread.
#include "losses/batch_loss.h"

namespace proxnet {

template <class T>
BatchLoss<T>::BatchLoss(const LossPlan<T>& plan, const std::vector<MetricSpec>& metrics, std::size_t outputs,
                        std::size_t rows)
    : plan_(plan), weight_(rows, T(1)), row_scale_(rows), row_loss_(rows) {
  for (const MetricSpec& spec : metrics) {
    metrics_.emplace_back(spec.metric, outputs);
    metric_values_.emplace_back(rows * metrics_.back().width());
  }
}

template <class T>
void BatchLoss<T>::evaluate(const KernelTable<T>& k, std::size_t first, MatrixView<T> h, ConstMatrixView<T> y, T* d,
                            std::ptrdiff_t d_row) {
  LossRows<T> l = {};
  l.rows = h.rows, l.cols = h.cols, l.h = h.data, l.h_row = static_cast<std::ptrdiff_t>(h.stride);
  l.y = y.data, l.y_row = static_cast<std::ptrdiff_t>(y.stride);
  l.row_scale = row_scale_.data() + first, l.d = d, l.d_row = d_row, l.row_loss = row_loss_.data() + first;
  l.scalars = plan_.scalars;
  k.loss[static_cast<int>(plan_.kernel)](l);
  for (std::size_t m = 0; m < metrics_.size(); ++m)
    metrics_[m](k, h, y, metric_values_[m].data() + first * metrics_[m].width());
}

template <class T>
void BatchLoss<T>::add_metrics(const KernelTable<T>& k, std::size_t rows, const T* weight,
                               std::vector<MetricSums>& sums) const {
  for (std::size_t m = 0; m < metrics_.size(); ++m)
    sums[m].add(k, rows, metric_values_[m].data(), metrics_[m].width(), weight);
}

template class BatchLoss<float>;
template class BatchLoss<double>;

}  // namespace proxnet
