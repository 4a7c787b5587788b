// Sums per part of the rows, added in order: equal bits on any team.
#include "proxnet/evaluate.h"

#include <algorithm>
#include <atomic>

#include "losses/batch_loss.h"
#include "network/data_check.h"
#include "network/inference.h"
#include "runtime/poll_here.h"
#include "runtime/poller.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

template <class T> struct Evaluator<T>::Impl {
  explicit Impl(const NetworkImpl<T>& network)
      : net(network), run(network, Use::kRun, "[evaluate]"), snapshot(net.published()) {}

  const NetworkImpl<T>& net;
  const UseGuard<T> run;
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
  const std::size_t n = data.x->rows(), blocks = (n + kInferenceRows - 1) / kInferenceRows;
  const std::vector<MetricSums> zero = empty_sums(net.metrics, net.outputs());
  // The number of parts must not depend on the team. All their sums together take at most 128 MB.
  std::size_t size = 1;
  for (const MetricSums& each : zero) size += each.size();
  const std::size_t parts = std::min(blocks, std::clamp<std::size_t>((std::size_t{1} << 24) / size, 1, 256));
  std::vector<double> losses(parts);
  std::vector<std::vector<MetricSums>> sums(parts, zero);
  const LossPlan<T> plan = net.plan_loss(*snapshot);
  std::atomic<bool> finite{true};  // x is checked as it is read
  run_team(inference_threads(*snapshot, n), [&](Member& member) {
    Inference<T> inference(net, *snapshot, n);
    Activations<T> x(std::min(n, kInferenceRows), net.inputs, Layout::kPanels);
    BatchLoss<T> loss(plan, net.metrics, net.outputs(), kInferenceRows);
    Poller poller(poll, "[evaluate]");
    const auto pause = [&] {
      if (member.rank == 0) poller();
      member.checkpoint();
    };
    const auto evaluate_block = [&](std::size_t part, std::size_t b) {
      const std::size_t row = b * kInferenceRows, rows = std::min(kInferenceRows, n - row);
      gather_range(*data.x, row, rows, x.view());
      if (!x.finite(k, 0, rows)) finite = false;
      Activations<T>& out = inference.forward(rows, x.view(), plan.replaces_activation, pause, &losses[part]);
      loss.evaluate(k, 0, out.matrix(0, rows), {data.y.row(row), rows, data.y.cols, data.y.stride}, nullptr, 0);
      const T* weight = data.sample_weight ? data.sample_weight + row : nullptr;
      losses[part] += loss.loss(k, rows, weight);
      loss.add_metrics(k, rows, weight, sums[part]);
      pause();
    };
    for (std::size_t part = member.begin(parts); part < member.end(parts); ++part)
      for (std::size_t b = part * blocks / parts; b < (part + 1) * blocks / parts; ++b) evaluate_block(part, b);
  });
  if (!finite) data.x->check_finite("[evaluate]", "x");
  for (std::size_t part = 0; part < parts; ++part) {
    impl_->loss += losses[part];
    if (impl_->metrics.empty())
      impl_->metrics = std::move(sums[part]);
    else
      for (std::size_t m = 0; m < zero.size(); ++m) impl_->metrics[m].merge(sums[part][m]);
  }
  impl_->rows += static_cast<double>(n);
}

template <class T> Report Evaluator<T>::report() const {
  const NetworkImpl<T>& net = impl_->net;
  check(impl_->rows > 0, "[evaluate] there must be a batch at least, got none");
  return {impl_->loss / impl_->rows + net.penalty(*impl_->snapshot), results(impl_->metrics)};
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
