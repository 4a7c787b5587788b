// What a full-batch method may be asked to minimise, and its epochs.
#include "full_batch_trainer.h"

#include "data_check.h"

namespace proxnet {

void check_full_batch(const Optimizer& optimizer, const std::vector<Layer>& layers, const std::vector<ArrayRule>& rules,
                      PenaltyStep penalty_step) {
  if (!takes_all_rows(optimizer)) return;
  const bool fista = optimizer.kind == OptimizerKind::kFista;
  const char* name = fista ? "[compile] FISTA" : "[compile] LBFGS";
  for (const Layer& layer : layers) {
    const auto* dropout = std::get_if<Dropout>(&layer);
    const auto* norm = std::get_if<BatchNormalization>(&layer);
    check(!dropout || dropout->rate == 0, name,
          " compares the loss from step to step, Dropout draws it anew: leave Dropout out or take another optimizer");
    check(!norm || !norm->trainable, name,
          " trains what evaluate() reports, BatchNormalization trains with other statistics: make it not trainable, or "
          "take another optimizer");
  }
  for (const ArrayRule& rule : rules) {
    if (!rule.moves()) continue;
    const Penalty& p = rule.penalty;
    const bool orthogonal = p.kind == PenaltyKind::kOrthogonal;  // in the gradient
    check(rule.target == SparsityTarget::kNone, name, " minimises one objective, a target of zeros moves it");
    if (fista) {
      check(penalty_step == PenaltyStep::kProximal || p.none() || orthogonal, name,
            " takes penalties by their proximal step: leave penalty_step as it is");
      check(rule.constraint.kind != ConstraintKind::kNorm || rule.constraint.rate == 1, name,
            " projects onto constraints: rate must be 1, got ", rule.constraint.rate);
      continue;
    }
    check(rule.constraint.kind == ConstraintKind::kNone, name, " knows no constraints: take FISTA");
    check(p.none() || orthogonal || (p.kind == PenaltyKind::kElasticNet && p.l1 == 0), name,
          " is for smooth penalties, L2 and orthogonal ones; for zeros take FISTA");
  }
}

template <class T>
FullBatchTrainer<T>::FullBatchTrainer(NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options)
    : net_(network), training_(network, Use::kTraining, "[fit]"), data_(data), options_(options) {
  check_data(net_, data_, "[fit]", true, options_.some_weight);
  check(options_.batch_size >= data_.x->rows(), "[fit] ",
        net_.optimizer.kind == OptimizerKind::kFista ? "FISTA" : "LBFGS",
        " takes all rows in every step: batch_size must be None or at least ", data_.x->rows(), ", got ",
        options_.batch_size);
  const Writing<T> reading(net_, "[fit]", true);
  method_ = (net_.optimizer.kind == OptimizerKind::kFista ? make_fista<T> : make_lbfgs<T>)(net_, data_, options_);
}

template <class T> Report FullBatchTrainer<T>::run_epoch(bool hooked) {
  writing_.emplace(net_, "[fit]", true);
  const std::shared_ptr<const Parameters<T>> before = hooked ? net_.published() : nullptr;
  try {
    if (hooked && options_.hooks.begin) call_hook([&] { options_.hooks.begin(0); });
    ++net_.live().progress.iterations;
    const Report report = method_->iterate(net_.live());
    if (!net_.live().all_finite())
      throw Diverged("[fit] weights must stay finite, they did not; the last published weights are kept");
    if (hooked && options_.hooks.end) net_.publish(), call_hook([&] { options_.hooks.end(0, report); });
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
