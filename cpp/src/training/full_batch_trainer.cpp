// Checks before the first iteration, and epochs of one iteration.
#include "training/full_batch_trainer.h"

#include "network/data_check.h"
#include "runtime/poll_here.h"
#include "training/fista.h"
#include "training/lbfgs.h"

namespace proxnet {

template <class T>
FullBatchTrainer<T>::FullBatchTrainer(NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options)
    : net_(network), training_(std::in_place, network, Use::kTraining, "[fit]"), data_(data), options_(options) {
  try {
    check_data(net_, data_, "[fit]", true, options_.some_weight);
    const WriteGuard<T> reading(net_, "[fit]", true, Use::kBriefWriting);
    check(options_.batch_size >= data_.x->rows(), "[fit] ",
          net_.optimizer.kind == OptimizerKind::kFista ? "FISTA" : "LBFGS",
          " takes all rows in every step: batch_size must be None or at least ", data_.x->rows(), ", got ",
          options_.batch_size);
    make_method();
  } catch (...) {
    close_training(net_, training_, writing_);
    throw;
  }
}

template <class T> void FullBatchTrainer<T>::make_method() {
  if (net_.optimizer.kind == OptimizerKind::kFista)
    method_ = std::make_unique<Fista<T>>(net_, data_, options_);
  else
    method_ = std::make_unique<Lbfgs<T>>(net_, data_, options_);
}

template <class T> Report FullBatchTrainer<T>::run_epoch(bool hooked) {
  {
    const WriteGuard<T> taking(net_, "[fit]", true, Use::kBriefWriting);
    if (net_.apply_settings()) make_method();
  }
  writing_.emplace(net_, "[fit]", true);
  const std::shared_ptr<const Parameters<T>> before = hooked ? net_.published() : nullptr;
  try {
    Poller poller(options_.poll, "[fit]");
    const PollScope polling([&] { poller(); });
    if (hooked && options_.hooks.begin) call_hook(net_, writing_, [&] { options_.hooks.begin(0); });
    ++net_.live().progress.iterations;
    const Report report = method_->iterate(net_.live());
    if (!net_.live().all_finite())
      throw Diverged("[fit] weights must stay finite, they did not; the last published weights are kept");
    if (hooked && options_.hooks.end) net_.publish(), call_hook(net_, writing_, [&] { options_.hooks.end(0, report); });
    if (options_.progress) options_.progress(1, report);
    net_.publish();
    writing_.reset();
    return report;
  } catch (...) {
    net_.restore(before ? before : net_.published());
    writing_.reset();
    throw;
  }
}

template class FullBatchTrainer<float>;
template class FullBatchTrainer<double>;

}  // namespace proxnet
