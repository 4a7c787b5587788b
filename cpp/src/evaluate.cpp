// Loss and metrics of a snapshot over all rows: sums per block of rows, folded in order, so any team gives the same
// bits.
#include <algorithm>
#include <atomic>

#include "data_check.h"
#include "inference.h"
#include "metric_rows.h"
#include "poller.h"
#include "proxnet/fit.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

template <class T> struct Evaluator<T>::Impl {
  explicit Impl(const NetworkImpl<T>& network)
      : net(network), snapshot(net.published()), sums(net.metrics.size() + 1) {}

  const NetworkImpl<T>& net;
  const std::shared_ptr<const Parameters<T>> snapshot;
  std::vector<double> sums;  // of the loss, then of each metric
  double rows = 0, mass = 0;
};

template <class T>
Evaluator<T>::Evaluator(const Network<T>& network) : impl_(std::make_unique<Impl>(network.impl())) {}
template <class T> Evaluator<T>::~Evaluator() = default;

template <class T> void Evaluator<T>::add(const Data<T>& data, const std::function<bool()>& poll) {
  const NetworkImpl<T>& net = impl_->net;
  check_data(net, data, "[evaluate]", false);
  const auto& k = kernels<T>();
  const auto& snapshot = impl_->snapshot;
  const std::size_t n = data.x->rows(), metrics = net.metrics.size(), columns = metrics + 1;
  const std::size_t blocks = (n + kInferenceRows - 1) / kInferenceRows;
  const int loss = static_cast<int>(loss_kernel(net.loss, net.dense_layer(snapshot->dense.size() - 1).activation));
  const bool logits = loss >= static_cast<int>(LossKernel::kSigmoidBinary);
  std::vector<double> sums(blocks * columns);
  std::atomic<bool> finite{true};  // of what is read anyway: x is not read twice
  run_team(inference_threads(*snapshot, n), [&](Member& member) {
    Inference<T> inference(net, *snapshot, n);
    Activations<T> x(std::min(n, kInferenceRows), net.inputs, Layout::kPanels);
    std::vector<std::size_t> index(kInferenceRows);
    std::vector<T> values(kInferenceRows), weights(kInferenceRows, T(1));
    Poller poller(poll, "[evaluate]");
    const auto pause = [&] {
      if (member.rank == 0) poller();
      member.checkpoint();
    };
    for (std::size_t b = member.begin(blocks); b < member.end(blocks); ++b) {
      const std::size_t row = b * kInferenceRows, rows = std::min(kInferenceRows, n - row);
      for (std::size_t r = 0; r < rows; ++r) index[r] = row + r;
      data.x->gather(index.data(), rows, x.view());
      for (std::size_t p = 0; p < x.panels(); ++p)
        if (!k.all_finite(rows * kPanel<T>, x.view().at(p, 0))) finite = false;
      Activations<T>& out = inference.forward(rows, x.view(), logits, pause);
      const ConstMatrixView<T> y(data.y.row(row), rows, data.y.cols, data.y.stride);
      const T* weight = data.sample_weight ? data.sample_weight + row : nullptr;
      LossRows<T> l = {};
      l.rows = rows, l.cols = out.cols, l.h = out.row(0), l.h_row = out.step();
      l.y = y.data, l.y_row = static_cast<std::ptrdiff_t>(y.stride), l.row_loss = values.data();
      k.loss[loss](l);
      sums[b * columns] = weight ? k.dot(rows, values.data(), weight) : k.sum(rows, values.data());
      for (std::size_t m = 0; m < metrics; ++m) {
        metric_rows<T>(net.metrics[m].metric, {out.row(0), rows, out.cols, out.row_step()}, y, values.data());
        const bool weighted = weight && net.metrics[m].weighted;
        sums[b * columns + m + 1] = weighted ? k.dot(rows, values.data(), weight) : k.sum(rows, values.data());
      }
      pause();
    }
  });
  if (!finite) data.x->check_finite("[evaluate]", "x");
  for (std::size_t b = 0; b < blocks; ++b)
    for (std::size_t c = 0; c < columns; ++c) impl_->sums[c] += sums[b * columns + c];
  impl_->rows += static_cast<double>(n);
  impl_->mass += data.sample_weight ? k.sum(n, data.sample_weight) : static_cast<double>(n);
}

template <class T> Report Evaluator<T>::report() const {
  const NetworkImpl<T>& net = impl_->net;
  check(impl_->rows > 0, "[evaluate] there must be a batch at least, got none");
  Report report;
  report.loss = impl_->sums[0] / impl_->rows + net.penalty(*impl_->snapshot);
  for (std::size_t m = 0; m < net.metrics.size(); ++m) {
    const double count = net.metrics[m].weighted ? impl_->mass : impl_->rows;
    report.metrics.push_back(count > 0 ? impl_->sums[m + 1] / count : 0);
  }
  return report;
}

template <class T>
Report evaluate(const Network<T>& network, const Data<T>& data, std::function<bool()> poll) {
  Evaluator<T> evaluator(network);
  evaluator.add(data, poll);
  return evaluator.report();
}

template class Evaluator<float>;
template class Evaluator<double>;
template Report evaluate(const Network<float>&, const Data<float>&, std::function<bool()>);
template Report evaluate(const Network<double>&, const Data<double>&, std::function<bool()>);

}  // namespace proxnet
