// Epochs of a trainer: whole ones over its data, or batch after batch; what throws leaves the published weights.
#include <numeric>

#include "network/data_check.h"
#include "runtime/poll_here.h"
#include "training/full_batch_trainer.h"
#include "training/trainer_impl.h"

namespace proxnet {

template <class T> void Trainer<T>::Impl::check_finite() const {
  if (!net.live().all_finite())
    throw Diverged(sentence("[fit] weights and optimizer state must stay finite, they did not in epoch ", epoch + 1,
                            "; the last published weights are kept; a lower learning_rate may help"));
}

template <class T> void Trainer<T>::Impl::abandon() {
  if (!writing) writing.emplace(net, "[fit]", true);
  net.restore(before ? before : net.published());
  before.reset();
  writing.reset();
  running.reset();
}

template <class T> void Trainer<T>::Impl::begin_epoch(std::size_t number, std::size_t batches) {
  if (running) throw InvalidState("[fit] an epoch must end before the next begins");
  epoch = number, rows_before = 0, batches_before = 0, epoch_batches = batches;
  {
    const Writing<T> taking(net, "[fit]", true, Use::kBriefWriting);
    if (net.take_settings()) make_room(), planned = false;
  }
  running.emplace(net.metrics, net.outputs());
}

template <class T> Report Trainer<T>::Impl::end_epoch() {
  if (!running) throw InvalidState("[fit] no epoch has begun");
  check(running->rows > 0, "[fit] an epoch must have a batch at least, got none");
  const Report report = running->report();
  try {
    check(running->weight > 0 || !options.some_weight, "[fit] sample_weight must have a weight above zero, all ",
          running->rows, " of the epoch are 0");
    if (!writing) writing.emplace(net, "[fit]", true);
    check_finite();
    net.publish();
  } catch (...) {
    abandon();
    throw;
  }
  before.reset(), running.reset(), writing.reset();
  return report;
}

template <class T> Report Trainer<T>::Impl::run_epoch(std::size_t number, bool call_hooks) {
  if (!data.x) throw InvalidState("[fit] a trainer without data runs batches");
  begin_epoch(number, (order.size() + batch_size - 1) / batch_size);
  writing.emplace(net, "[fit]", true);
  hooked = call_hooks && (options.hooks.begin || options.hooks.end);
  if (hooked) before = net.published();
  if (hooked && planned) build_layers(), planned = false;  // a hook may set weights
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (options.shuffle) Random(options.seed, kShuffleStream, epoch).shuffle(order.data(), order.size());
  try {
    run_steps();
    unread = false;
  } catch (...) {
    abandon();
    throw;
  }
  return end_epoch();
}

template <class T> Report Trainer<T>::Impl::run_batch(const Data<T>& batch, bool publish) {
  if (!running) throw InvalidState("[fit] no epoch has begun");
  try {
    check_data(net, batch, "[fit]", false, false);
    if (!writing) writing.emplace(net, "[fit]", true);
    data = batch, unread = true;
    order.resize(data.x->rows());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (order.size() > batch_size) {
      batch_size = order.size();
      make_room();
    }
    run_steps();
    if (publish) {
      check_finite();
      if (!before) before = net.published();
      net.publish();
      writing.reset();
    }
  } catch (...) {
    abandon();
    throw;
  }
  rows_before += order.size(), ++batches_before;
  return running->report();
}

template <class T>
Trainer<T>::Trainer(Network<T>& network, const Data<T>& data, const TrainOptions& options) {
  const Using<T> run(network.impl(), Use::kRun, "[fit]");
  Poller poller(options.poll, "[fit]");
  const PollScope polling([&] { poller(); });
  if (takes_all_rows(*network.impl().published_optimizer()))
    full_batch_ = std::make_unique<FullBatchTrainer<T>>(network.impl(), data, options);
  else
    impl_ = std::make_unique<Impl>(network.impl(), data, std::min(options.batch_size, data.x->rows()), options);
}
template <class T> Trainer<T>::Trainer(Network<T>& network, const TrainOptions& options) {
  const Using<T> run(network.impl(), Use::kRun, "[fit]");
  check(!takes_all_rows(*network.impl().published_optimizer()),
        "[fit] the optimizer takes all rows in every step: x must be an array, "
        "not batches");
  impl_ = std::make_unique<Impl>(network.impl(), Data<T>{}, options.batch_size, options);
}
template <class T> Trainer<T>::~Trainer() = default;
template <class T> Report Trainer<T>::run_epoch(std::size_t epoch, bool hooked) {
  return full_batch_ ? full_batch_->run_epoch(hooked) : impl_->run_epoch(epoch, hooked);
}

template <class T> void Trainer<T>::begin_epoch(std::size_t epoch, std::size_t batches) {
  if (full_batch_) throw InvalidState("[fit] the optimizer takes all rows in every step, its epochs have no pieces");
  impl_->begin_epoch(epoch, batches);
}
template <class T> Report Trainer<T>::run_batch(const Data<T>& batch, bool publish) {
  if (full_batch_) throw InvalidState("[fit] no epoch has begun");
  return impl_->run_batch(batch, publish);
}
template <class T> Report Trainer<T>::end_epoch() {
  if (full_batch_) throw InvalidState("[fit] no epoch has begun");
  return impl_->end_epoch();
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace proxnet
