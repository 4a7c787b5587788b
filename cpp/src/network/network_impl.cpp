// Publishing of weights, settings of layers and optimizer, and values of the penalties.
#include "network/network_impl.h"

#include <utility>

#include "layers/layer_check.h"
#include "penalties/penalty_formula.h"
#include "penalties/penalty_panels.h"

namespace proxnet {

template <class T> void NetworkImpl<T>::publish() {
  const bool fits = published_ && published_->same_shape(*live_);  // only this thread replaces the pointer
  std::shared_ptr<Parameters<T>> old;
  {
    const std::lock_guard lock(fork_lock(this));
    if (fits && published_.use_count() == 1) old = std::exchange(published_, live_);
  }
  if (old) {
    // use_count() == 1 is no synchronisation: this release orders the last reader's reads before the copy.
    std::shared_ptr<Parameters<T>>(old).reset();
    *old = *live_;
    live_ = std::move(old);
    return;
  }
  std::shared_ptr<Parameters<T>> next;
  try {
    next = std::make_shared<Parameters<T>>(*live_);
  } catch (...) {
    if (fits) restore(published_);
    throw;
  }
  old = live_;
  {
    const std::lock_guard lock(fork_lock(this));
    published_.swap(old);
  }
  live_ = std::move(next);
}

// An activity penalty of the last layer needs its outputs and their gradient, so the loss must not take logits.
template <class T> LossPlan<T> NetworkImpl<T>::plan_loss(const Parameters<T>& parameters) const {
  const Layer& last = parameters.run_layers->back();
  const auto* activation = std::get_if<ActivationLayer>(&last);
  const auto* dense = std::get_if<Dense>(&last);
  const bool active = (activation && !activation->activity.none()) || (dense && !dense->activity.none());
  return loss_plan<T>(loss, active ? Activation() : activation_of(last), outputs());
}

template <class T> double NetworkImpl<T>::strength(const Parameters<T>& parameters, std::size_t array) const {
  const StrengthRamp& ramp = parameters.ramps[array];
  if (ramp.refit) return 0;
  const bool targeted = (*parameters.specs)[array].target != SparsityTarget::kNone;
  return targeted ? parameters.dense[array / 2].target.strength : ramp.to;
}

template <class T> double NetworkImpl<T>::penalty(const Parameters<T>& parameters) const {
  double total = 0;
  for (std::size_t a = 0; a < parameters.specs->size(); ++a) {
    const ParameterSpec& spec = (*parameters.specs)[a];
    if (!spec.trained() || spec.penalty.none()) continue;
    const PanelPenalty<T> penalty(scaled(spec.penalty, strength(parameters, a)), spec.rows, spec.cols);
    total += penalty.value(kernels<T>(), parameters.array(a).data());
  }
  return total;
}

template <class T> void NetworkImpl<T>::use_layers(std::vector<Layer> changed) {
  std::vector<ParameterSpec> now = parameter_specs(inputs, changed);
  auto run = std::make_shared<const std::vector<Layer>>(folded(changed));
  auto shared_layers = std::make_shared<const std::vector<Layer>>(changed);
  auto shared_rules = std::make_shared<const std::vector<ParameterSpec>>(now);
  for (std::size_t d = 0; d < live().dense.size(); ++d) {
    const auto kind = [&](const ParameterSpec& spec) {
      return spec.trained() ? std::pair(spec.target, spec.penalty.none()) : std::pair(SparsityTarget::kNone, true);
    };
    if (kind(now[2 * d]) != kind(specs[2 * d])) reset_target(now[2 * d], d);
  }
  live().layers = std::move(shared_layers), live().run_layers = std::move(run), live().specs = std::move(shared_rules);
  publish();
  layers = std::move(changed), specs = std::move(now);
}

template <class T> void NetworkImpl<T>::reset_target(const ParameterSpec& spec, std::size_t dense) {
  DenseParameters<T>& p = live().dense[dense];
  const bool latent = spec.trained() && spec.target != SparsityTarget::kNone && spec.penalty.none();
  p.target = {};
  p.latent = latent ? p.kernel.values : Buffer<T>();
}

template <class T> void NetworkImpl<T>::defer_settings(Settings given) {
  {
    const std::lock_guard lock(fork_lock(this));
    if (given.layers) pending_.layers.swap(given.layers);
    if (given.optimizer) pending_.optimizer.swap(given.optimizer);
  }
  // A trainer applies them at its next epoch or its end. Any other writer is brief, so this waits for it.
  std::optional<WriteGuard<T>> writing;
  while (!writing) {
    if (use.training()) return;
    try {
      writing.emplace(*this, "[settings]", false);
    } catch (const InvalidState&) {
      std::this_thread::yield();
    }
  }
  if (!use.training()) apply_settings();
}

template <class T> void NetworkImpl<T>::change_optimizer(const Optimizer& changed) {
  std::shared_ptr<const Optimizer> next = std::make_shared<const Optimizer>(changed);
  optimizer = *next;
  const std::lock_guard lock(fork_lock(this));
  published_optimizer_.swap(next);
}

template <class T> bool NetworkImpl<T>::apply_settings() {
  Settings taken;
  {
    const std::lock_guard lock(fork_lock(this));
    taken.layers.swap(pending_.layers), taken.optimizer.swap(pending_.optimizer);
  }
  if (taken.optimizer) {
    taken.optimizer->learning_rate = optimizer.learning_rate, taken.optimizer->schedule = optimizer.schedule;
    change_optimizer(*taken.optimizer);
  }
  if (taken.layers) use_layers(std::move(*taken.layers));
  return taken.layers || taken.optimizer;
}

template <class T> bool NetworkImpl<T>::has_pending_settings() const {
  const std::lock_guard lock(fork_lock(this));
  return pending_.layers || pending_.optimizer;
}

template struct NetworkImpl<float>;
template struct NetworkImpl<double>;

}  // namespace proxnet
