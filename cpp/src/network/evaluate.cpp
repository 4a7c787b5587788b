// Loss and metrics of a snapshot over all rows: sums per block of rows, folded in order, so any team gives the same
// bits.
#include <algorithm>
#include <atomic>

#include "losses/metric_rows.h"
#include "network/data_check.h"
#include "network/inference.h"
#include "proxnet/fit.h"
#include "runtime/poll_here.h"
#include "runtime/poller.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

template <class T> struct Evaluator<T>::Impl {
  explicit Impl(const NetworkImpl<T>& network)
      : net(network), run(network, Use::kRun, "[evaluate]"), snapshot(net.published()) {}

  const NetworkImpl<T>& net;
  const Using<T> run;
  const std::shared_ptr<const Parameters<T>> snapshot;
  double loss = 0, rows = 0;
  std::vector<MetricSums> metrics;  // empty before the first batch
};

template <class T>
Evaluator<T>::Evaluator(const Network<T>& network) : impl_(std::make_unique<Impl>(network.impl())) {}
template <class T> Evaluator<T>::~Evaluator() = default;

template <class T> void Evaluator<T>::add(const Data<T>& data, const std::function<bool()>& poll, bool some_weight) {
  const NetworkImpl<T>& net = impl_->net;
  Poller checking(poll, "[evaluate]");
  const PollScope polling([&] { checking(); });
  check_data(net, data, "[evaluate]", false, some_weight);
  const auto& k = kernels<T>();
  const auto& snapshot = impl_->snapshot;
  const std::size_t n = data.x->rows(), metrics = net.metrics.size();
  const std::size_t blocks = (n + kInferenceRows - 1) / kInferenceRows;
  std::vector<MetricSums> none;
  std::vector<MetricRows<T>> rows_of;
  std::size_t width = 1;
  for (const MetricSpec& spec : net.metrics) {
    none.emplace_back(spec, net.outputs());
    rows_of.emplace_back(spec.metric, net.outputs());
    width = std::max(width, rows_of.back().width());
  }
  // Parts of the rows that depend on no thread; fewer where the sums of a part are large: 128 MB for all of them.
  std::size_t numbers = 1;
  for (const MetricSums& each : none) numbers += each.size();
  const std::size_t parts = std::min(blocks, std::clamp<std::size_t>((std::size_t{1} << 24) / numbers, 1, 256));
  std::vector<double> losses(parts);
  std::vector<std::vector<MetricSums>> sums(parts, none);
  const LossPlan<T> plan = net.plan(*snapshot);
  std::atomic<bool> finite{true};  // of what is read anyway: x is not read twice
  run_team(inference_threads(*snapshot, n), [&](Member& member) {
    Inference<T> inference(net, *snapshot, n);
    Activations<T> x(std::min(n, kInferenceRows), net.inputs, Layout::kPanels);
    std::vector<std::size_t> index(kInferenceRows);
    std::vector<T> values(kInferenceRows * width);
    Poller poller(poll, "[evaluate]");
    const auto pause = [&] {
      if (member.rank == 0) poller();
      member.checkpoint();
    };
    const auto evaluate_block = [&](std::size_t part, std::size_t b) {
      const std::size_t row = b * kInferenceRows, rows = std::min(kInferenceRows, n - row);
      for (std::size_t r = 0; r < rows; ++r) index[r] = row + r;
      data.x->gather(index.data(), rows, x.view());
      if (!x.finite(k, 0, rows)) finite = false;
      Activations<T>& out = inference.forward(rows, x.view(), plan.replaces_activation, pause, &losses[part]);
      const ConstMatrixView<T> y(data.y.row(row), rows, data.y.cols, data.y.stride);
      const T* weight = data.sample_weight ? data.sample_weight + row : nullptr;
      LossRows<T> l = {};
      l.rows = rows, l.cols = out.cols, l.h = out.row(0), l.h_row = out.step();
      l.y = y.data, l.y_row = static_cast<std::ptrdiff_t>(y.stride), l.row_loss = values.data();
      l.scalars = plan.scalars;
      k.loss[static_cast<int>(plan.kernel)](l);
      losses[part] += weight ? k.dot(rows, values.data(), weight) : k.sum(rows, values.data());
      for (std::size_t m = 0; m < metrics; ++m) {
        rows_of[m](k, {out.row(0), rows, out.cols, out.row_step()}, y, values.data());
        sums[part][m].add(k, rows, values.data(), rows_of[m].width(), weight);
      }
      pause();
    };
    for (std::size_t part = member.begin(parts); part < member.end(parts); ++part)
      for (std::size_t b = part * blocks / parts; b < (part + 1) * blocks / parts; ++b) evaluate_block(part, b);
  });
  if (!finite) data.x->check_finite("[evaluate]", "x");
  for (std::size_t part = 0; part < parts; ++part) {
    impl_->loss += losses[part];
    if (impl_->metrics.empty())
      impl_->metrics = sums[part];
    else
      for (std::size_t m = 0; m < metrics; ++m) impl_->metrics[m].merge(sums[part][m]);
  }
  impl_->rows += static_cast<double>(n);
}

template <class T> Report Evaluator<T>::report() const {
  const NetworkImpl<T>& net = impl_->net;
  check(impl_->rows > 0, "[evaluate] there must be a batch at least, got none");
  Report report;
  report.loss = impl_->loss / impl_->rows + net.penalty(*impl_->snapshot);
  for (const MetricSums& sums : impl_->metrics) report.metrics.push_back(sums.result());
  return report;
}

template <class T>
Report evaluate(const Network<T>& network, const Data<T>& data, std::function<bool()> poll) {
  Evaluator<T> evaluator(network);
  evaluator.add(data, poll, true);
  return evaluator.report();
}

template class Evaluator<float>;
template class Evaluator<double>;
template Report evaluate(const Network<float>&, const Data<float>&, std::function<bool()>);
template Report evaluate(const Network<double>&, const Data<double>&, std::function<bool()>);

}  // namespace proxnet
