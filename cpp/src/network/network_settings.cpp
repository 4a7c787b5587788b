// What can change of a network that has weights: what its layers say, the optimizer's numbers, the learning rate.
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
  for (std::size_t d = 0; d < live().dense.size(); ++d) {
    const auto kind = [&](const ArrayRule& rule) {
      return rule.moves() ? std::pair(rule.target, rule.penalty.none()) : std::pair(SparsityTarget::kNone, true);
    };
    if (kind(now[2 * d]) != kind(rules[2 * d])) reset_target(now[2 * d], d);
  }
  layers = std::move(changed), rules = std::move(now);
  live().run_layers = std::move(run);
  publish();
}

template <class T> void NetworkImpl<T>::reset_target(const ArrayRule& rule, std::size_t dense) {
  DenseParameters<T>& p = live().dense[dense];
  const bool latent = rule.moves() && rule.target != SparsityTarget::kNone && rule.penalty.none();
  p.target = {};
  p.latent = latent ? p.kernel.values : Buffer<T>();
}

template <class T> void NetworkImpl<T>::put_settings(Settings given) {
  const std::lock_guard lock(settings_lock_);
  if (given.layers) settings_.layers = std::move(given.layers);
  if (given.optimizer) settings_.optimizer = std::move(given.optimizer);
}

template <class T> bool NetworkImpl<T>::take_settings() {
  Settings taken;
  {
    const std::lock_guard lock(settings_lock_);
    taken = std::exchange(settings_, {});
  }
  if (taken.optimizer) {
    taken.optimizer->learning_rate = optimizer.learning_rate, taken.optimizer->schedule = optimizer.schedule;
    optimizer = *taken.optimizer;
  }
  if (taken.layers) use_layers(std::move(*taken.layers));
  return taken.layers || taken.optimizer;
}

template <class T> void Network<T>::set_learning_rate(double learning_rate) {
  Optimizer changed = impl_->optimizer;
  changed.learning_rate = learning_rate;
  changed.schedule.reset();
  check_optimizer(changed, "[optimizer]");
  impl_->optimizer = changed;
}

template <class T> void Network<T>::set_schedule(const Schedule& schedule) {
  Optimizer changed = impl_->optimizer;
  changed.schedule = schedule;
  check_optimizer(changed, "[optimizer]");
  impl_->optimizer = changed;
}

template <class T> void Network<T>::set_layers(std::vector<Layer> layers) {
  check_layers(inputs(), layers);
  check_same_shapes(impl_->layers, layers, "[set_layers]");
  for (std::size_t i = 0; i < layers.size(); ++i) make_trainable(layers[i], is_trainable(impl_->layers[i]));
  if (impl_->compiled) {
    check_training(impl_->optimizer, layers, array_rules(inputs(), layers), impl_->penalty_step);
    check_loss(impl_->loss, activation_of(folded(layers).back()), outputs(), "[set_layers]");
  }
  impl_->put_settings({std::move(layers), {}});
  if (impl_->training) return;
  const Writing<T> writing(*impl_, "[set_layers]", false);
  impl_->take_settings();
}

template <class T> void Network<T>::set_optimizer(const Optimizer& optimizer) {
  const Optimizer& old = impl_->optimizer;
  if (!impl_->compiled) throw InvalidState("[optimizer] the network must be compiled first");
  check_optimizer(optimizer, "[optimizer]");
  bool same = optimizer.kind == old.kind && optimizer.use_ema == old.use_ema &&
              optimizer_state_count(optimizer) == optimizer_state_count(old);
  for (int i = 0; same && i < optimizer_state_count(old); ++i)
    same = optimizer_state_start(optimizer, i) == optimizer_state_start(old, i);
  check(same,
        "[optimizer] what the optimizer remembers of its steps must stay as compile() made it: momentum from or to 0, "
        "amsgrad, centered, use_ema, memory and initial accumulators count from the next compile()");
  check_training(optimizer, impl_->layers, impl_->rules, impl_->penalty_step);
  impl_->put_settings({{}, optimizer});
  if (impl_->training) return;
  const Writing<T> writing(*impl_, "[optimizer]", false);
  impl_->take_settings();
}

template void NetworkImpl<float>::use_layers(std::vector<Layer>);
template void NetworkImpl<double>::use_layers(std::vector<Layer>);
template void NetworkImpl<float>::reset_target(const ArrayRule&, std::size_t);
template void NetworkImpl<double>::reset_target(const ArrayRule&, std::size_t);
template bool NetworkImpl<float>::take_settings();
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
