// The trainer of the network's optimizer, and fit(). Python calls a Trainer itself, between its callbacks.
#include "proxnet/fit.h"

#include <algorithm>

#include "runtime/poll_here.h"
#include "training/full_batch_trainer.h"
#include "training/trainer_impl.h"

namespace proxnet {

template <class T>
Trainer<T>::Trainer(Network<T>& network, const Data<T>& data, const TrainOptions& options) {
  const UseGuard<T> run(network.impl(), Use::kRun, "[fit]");
  Poller poller(options.poll, "[fit]");
  const PollScope polling([&] { poller(); });
  if (full_batch(*network.impl().published_optimizer()))
    full_batch_ = std::make_unique<FullBatchTrainer<T>>(network.impl(), data, options);
  else
    impl_ = std::make_unique<Impl>(network.impl(), data, std::min(options.batch_size, data.x->rows()), options);
}
template <class T> Trainer<T>::Trainer(Network<T>& network, const TrainOptions& options) {
  const UseGuard<T> run(network.impl(), Use::kRun, "[fit]");
  check(!full_batch(*network.impl().published_optimizer()),
        "[fit] the optimizer takes all rows in every step: x must be an array, not batches");
  impl_ = std::make_unique<Impl>(network.impl(), Data<T>{}, options.batch_size, options);
}
template <class T> Trainer<T>::~Trainer() = default;
template <class T> Report Trainer<T>::run_epoch(std::size_t epoch, bool hooked) {
  return full_batch_ ? full_batch_->run_epoch(hooked) : impl_->run_epoch(epoch, hooked);
}

template <class T> void Trainer<T>::begin_epoch(std::size_t epoch, std::size_t batches) {
  if (full_batch_) throw InvalidState("[fit] the optimizer takes all rows in every step, its epochs have no batches");
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

template <class T>
std::vector<EpochReport> fit(Network<T>& network, const Data<T>& data, const FitOptions<T>& options) {
  Trainer<T> trainer(network, data, options);
  std::vector<EpochReport> history;
  for (std::size_t epoch = 0; epoch < options.epochs; ++epoch) {
    EpochReport report;
    report.epoch = epoch;
    report.training = trainer.run_epoch(epoch);
    if (options.validation) {
      report.validated = true;
      report.validation = evaluate(network, *options.validation, options.poll);
    }
    history.push_back(report);
    if (options.on_epoch_end && !options.on_epoch_end(report)) break;
  }
  network.take_average();
  return history;
}

template class Trainer<float>;
template class Trainer<double>;
template std::vector<EpochReport> fit(Network<float>&, const Data<float>&, const FitOptions<float>&);
template std::vector<EpochReport> fit(Network<double>&, const Data<double>&, const FitOptions<double>&);

}  // namespace proxnet
