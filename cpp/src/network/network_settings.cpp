// What can change of a network that has weights: what its layers say, the optimizer's numbers, the learning rate.
#include <mutex>
#include <thread>
#include <utility>

#include "layers/layer_check.h"
#include "network/compile_rules.h"
#include "network/network_impl.h"

namespace proxnet {

Activation activation_of(const Layer& last) {
  if (const auto* activation = std::get_if<ActivationLayer>(&last)) return activation->activation;
  const auto* dense = std::get_if<Dense>(&last);
  return dense ? dense->activation : Activation::kLinear;
}

void check_training(const Optimizer& optimizer, const std::vector<Layer>& layers, const std::vector<ArrayRule>& rules,
                    PenaltyStep penalty_step) {
  check_full_batch(optimizer, layers, rules, penalty_step);
  check_targets(rules);
  for (const ArrayRule& rule : rules) {
    if (!rule.moves()) continue;
    const bool targeted = rule.target != SparsityTarget::kNone;
    check(!optimizer.use_ema || !targeted,
          "[compile] use_ema: averages of weights do not keep a target share of zeros");
    if (penalty_step == PenaltyStep::kProximal) {
      check(optimizer.clipvalue == 0 || rule.penalty.none() || rule.penalty.kind == PenaltyKind::kOrthogonal,
            "[compile] clipvalue bends the gradient and not the penalty's threshold, so the proximal step would solve "
            "nothing that can be stated: take clipnorm or global_clipnorm, or penalty_step=\"subgradient\"");
      continue;
    }
    check(!targeted, "[compile] a target of zeros needs the proximal step");
    check(rule.penalty.none() || rule.penalty.kind == PenaltyKind::kElasticNet ||
              rule.penalty.kind == PenaltyKind::kOrthogonal,
          "[compile] the subgradient step is for L1 and L2 penalties and orthogonal ones, a layer has another: use the "
          "proximal step");
  }
}

template <class T> void NetworkImpl<T>::use_layers(std::vector<Layer> changed) {
  std::vector<ArrayRule> now = array_rules(inputs, changed);
  auto run = std::make_shared<const std::vector<Layer>>(folded(changed));
  auto shared_layers = std::make_shared<const std::vector<Layer>>(changed);
  auto shared_rules = std::make_shared<const std::vector<ArrayRule>>(now);
  for (std::size_t d = 0; d < live().dense.size(); ++d) {
    const auto kind = [&](const ArrayRule& rule) {
      return rule.moves() ? std::pair(rule.target, rule.penalty.none()) : std::pair(SparsityTarget::kNone, true);
    };
    if (kind(now[2 * d]) != kind(rules[2 * d])) reset_target(now[2 * d], d);
  }
  live().layers = std::move(shared_layers), live().run_layers = std::move(run), live().rules = std::move(shared_rules);
  publish();
  layers = std::move(changed), rules = std::move(now);
}

template <class T> void NetworkImpl<T>::reset_target(const ArrayRule& rule, std::size_t dense) {
  DenseParameters<T>& p = live().dense[dense];
  const bool latent = rule.moves() && rule.target != SparsityTarget::kNone && rule.penalty.none();
  p.target = {};
  p.latent = latent ? p.kernel.values : Buffer<T>();
}

template <class T> void NetworkImpl<T>::put_settings(Settings given) {
  {
    const std::lock_guard lock(fork_lock(this));
    if (given.layers) settings_.layers.swap(given.layers);
    if (given.optimizer) settings_.optimizer.swap(given.optimizer);
  }
  // Who trains takes them, at its next epoch or its end: an epoch is not waited for. Whoever else has a Writing has it
  // for a moment.
  std::optional<Writing<T>> writing;
  while (!writing) {
    if (use.training()) return;
    try {
      writing.emplace(*this, "[settings]", false);
    } catch (const InvalidState&) {
      std::this_thread::yield();
    }
  }
  if (!use.training()) take_settings();
}

template <class T> void NetworkImpl<T>::change_optimizer(const Optimizer& changed) {
  std::shared_ptr<const Optimizer> next = std::make_shared<const Optimizer>(changed);
  optimizer = *next;
  const std::lock_guard lock(fork_lock(this));
  published_optimizer_.swap(next);
}

template <class T> bool NetworkImpl<T>::take_settings() {
  Settings taken;
  {
    const std::lock_guard lock(fork_lock(this));
    taken.layers.swap(settings_.layers), taken.optimizer.swap(settings_.optimizer);
  }
  if (taken.optimizer) {
    taken.optimizer->learning_rate = optimizer.learning_rate, taken.optimizer->schedule = optimizer.schedule;
    change_optimizer(*taken.optimizer);
  }
  if (taken.layers) use_layers(std::move(*taken.layers));
  return taken.layers || taken.optimizer;
}

template <class T> bool NetworkImpl<T>::settings_wait() const {
  const std::lock_guard lock(fork_lock(this));
  return settings_.layers || settings_.optimizer;
}

template <class T> void Network<T>::set_learning_rate(double learning_rate) {
  const Using<T> reading(*impl_, Use::kRead, "[optimizer]");
  const auto now = impl_->published_optimizer();
  if (now->learning_rate == learning_rate && !now->schedule) return;
  const Writing<T> writing(*impl_, "[optimizer]", false);
  Optimizer changed = impl_->optimizer;
  changed.learning_rate = learning_rate;
  changed.schedule.reset();
  check_optimizer(changed, "[optimizer]");
  impl_->change_optimizer(changed);
}

template <class T> void Network<T>::set_schedule(const Schedule& schedule) {
  const Using<T> reading(*impl_, Use::kRead, "[optimizer]");
  if (impl_->published_optimizer()->schedule == schedule) return;
  const Writing<T> writing(*impl_, "[optimizer]", false);
  Optimizer changed = impl_->optimizer;
  changed.schedule = schedule;
  check_optimizer(changed, "[optimizer]");
  impl_->change_optimizer(changed);
}

template <class T> void Network<T>::set_layers(std::vector<Layer> layers) {
  check_layers(inputs(), layers);
  const Using<T> reading(*impl_, Use::kRead, "[set_layers]");
  const auto before = impl_->published()->layers;
  check_same_shapes(*before, layers, "[set_layers]");
  for (std::size_t i = 0; i < layers.size(); ++i) make_trainable(layers[i], is_trainable((*before)[i]));
  if (impl_->compiled) {
    check_training(*impl_->published_optimizer(), layers, array_rules(inputs(), layers), impl_->penalty_step);
    check_loss(impl_->loss, activation_of(folded(layers).back()), outputs(), "[set_layers]");
  }
  impl_->put_settings({std::move(layers), {}});
}

template <class T> void Network<T>::set_optimizer(const Optimizer& optimizer) {
  const Using<T> reading(*impl_, Use::kRead, "[optimizer]");
  const auto before = impl_->published_optimizer();
  const Optimizer& old = *before;
  if (!impl_->compiled) throw InvalidState("[optimizer] the network must be compiled first");
  check_optimizer(optimizer, "[optimizer]");
  bool same = optimizer.kind == old.kind && optimizer.use_ema == old.use_ema &&
              optimizer_state_count(optimizer) == optimizer_state_count(old);
  for (int i = 0; same && i < optimizer_state_count(old); ++i)
    same = optimizer_state_start(optimizer, i) == optimizer_state_start(old, i);
  check(same,
        "[optimizer] what the optimizer remembers of its steps must stay as compile() made it: momentum from or to 0, "
        "amsgrad, centered, use_ema, memory and initial accumulators count from the next compile()");
  const auto snapshot = impl_->published();
  check_training(optimizer, *snapshot->layers, *snapshot->rules, impl_->penalty_step);
  impl_->put_settings({{}, optimizer});
}

template void NetworkImpl<float>::use_layers(std::vector<Layer>);
template void NetworkImpl<double>::use_layers(std::vector<Layer>);
template void NetworkImpl<float>::reset_target(const ArrayRule&, std::size_t);
template void NetworkImpl<double>::reset_target(const ArrayRule&, std::size_t);
template void NetworkImpl<float>::put_settings(Settings);
template void NetworkImpl<double>::put_settings(Settings);
template void NetworkImpl<float>::change_optimizer(const Optimizer&);
template void NetworkImpl<double>::change_optimizer(const Optimizer&);
template bool NetworkImpl<float>::take_settings();
template bool NetworkImpl<float>::settings_wait() const;
template bool NetworkImpl<double>::settings_wait() const;
template bool NetworkImpl<double>::take_settings();
template void Network<float>::set_learning_rate(double);
template void Network<double>::set_learning_rate(double);
template void Network<float>::set_schedule(const Schedule&);
template void Network<double>::set_schedule(const Schedule&);
template void Network<float>::set_layers(std::vector<Layer>);
template void Network<double>::set_layers(std::vector<Layer>);
template void Network<float>::set_optimizer(const Optimizer&);
template void Network<double>::set_optimizer(const Optimizer&);

}  // namespace proxnet
