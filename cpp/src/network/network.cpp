// Construction, compilation and the weights of a network; training and prediction have their own files.
#include "proxnet/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "layers/layer_check.h"
#include "layers/weight_slots.h"
#include "network/compile_rules.h"
#include "network/network_impl.h"
#include "penalties/penalty_formula.h"
#include "penalties/penalty_panels.h"
#include "runtime/poll_here.h"
#include "runtime/poller.h"

namespace proxnet {

template <class T> void NetworkImpl<T>::publish() {
  const bool fits = published_ && published_->same_shape(*live_);  // nobody else moves the pointer
  std::shared_ptr<Parameters<T>> old;
  {
    const std::lock_guard lock(fork_lock(this));
    if (fits && published_.use_count() == 1) old = std::exchange(published_, live_);
  }
  if (old) {
    // A change of the counter that the last reader changed: its reads come before what follows.
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

template <class T> Activation NetworkImpl<T>::output_activation() const {
  return activation_of(published()->run_layers->back());
}

// An activity penalty needs the outputs and their gradient, not the logits'.
template <class T> LossPlan<T> NetworkImpl<T>::plan(const Parameters<T>& parameters) const {
  const Layer& last = parameters.run_layers->back();
  const auto* activation = std::get_if<ActivationLayer>(&last);
  const auto* dense = std::get_if<Dense>(&last);
  const bool active = (activation && !activation->activity.none()) || (dense && !dense->activity.none());
  return loss_plan<T>(loss, active ? Activation() : activation_of(last), outputs());
}

template <class T> double NetworkImpl<T>::strength(const Parameters<T>& parameters, std::size_t array) const {
  const StrengthRamp& ramp = parameters.ramps[array];
  if (ramp.refit) return 0;
  const bool targeted = (*parameters.rules)[array].target != SparsityTarget::kNone;
  return targeted ? parameters.dense[array / 2].target.strength : ramp.to;
}

template <class T> double NetworkImpl<T>::penalty(const Parameters<T>& parameters) const {
  double total = 0;
  for (std::size_t a = 0; a < parameters.rules->size(); ++a) {
    const ArrayRule& rule = (*parameters.rules)[a];
    if (!rule.moves() || rule.penalty.none()) continue;
    const PanelPenalty<T> penalty(scaled(rule.penalty, strength(parameters, a)), rule.rows, rule.cols);
    total += penalty.value(kernels<T>(), parameters.array(a).data());
  }
  return total;
}

template <class T>
Network<T>::Network(std::size_t inputs, std::vector<Layer> layers, std::uint64_t seed,
                    const std::function<bool()>& poll)
    : impl_(std::make_unique<NetworkImpl<T>>()) {
  Poller poller(poll, "[build]");
  const PollScope polling([&] { poller(); });
  check_layers(inputs, layers);
  impl_->inputs = inputs;
  impl_->output_columns = inputs;
  for (const Layer& layer : layers)
    if (const Dense* dense = std::get_if<Dense>(&layer)) impl_->output_columns = dense->units;
  impl_->live().run_layers = std::make_shared<const std::vector<Layer>>(folded(layers));
  impl_->layers = std::move(layers);
  for (const Layer& layer : impl_->layers) impl_->trainable.push_back(is_trainable(layer));
  impl_->seed = seed;
  impl_->live().initialise(inputs, impl_->layers, seed);
  impl_->rules = array_rules(inputs, impl_->layers);
  impl_->live().layers = std::make_shared<const std::vector<Layer>>(impl_->layers);
  impl_->live().rules = std::make_shared<const std::vector<ArrayRule>>(impl_->rules);
  for (const ArrayRule& rule : impl_->rules) {
    const double factor = rule.target == SparsityTarget::kNone ? 1 : 0;
    impl_->live().ramps.push_back({factor, factor});
  }
  impl_->publish();
}
template <class T> Network<T>::~Network() = default;
template <class T> Network<T>::Network(Network&&) noexcept = default;
template <class T> Network<T>& Network<T>::operator=(Network&&) noexcept = default;

template <class T> std::size_t Network<T>::inputs() const { return impl_->inputs; }
template <class T> std::size_t Network<T>::outputs() const { return impl_->outputs(); }
template <class T> const std::vector<Layer>& Network<T>::layers() const { return impl_->layers; }
template <class T> bool Network<T>::compiled() const { return impl_->compiled; }
template <class T> const Optimizer& Network<T>::optimizer() const { return impl_->optimizer; }
template <class T> std::uint64_t Network<T>::iterations() const { return impl_->published()->progress.iterations; }

template <class T>
void Network<T>::compile(const Optimizer& optimizer, const Loss& loss, const std::vector<MetricSpec>& metrics,
                         PenaltyStep penalty_step, std::optional<std::vector<Layer>> changed) {
  const Using<T> compiling(*impl_, Use::kCompiling, "[compile]");
  const Writing<T> writing(*impl_, "[compile]", true);
  impl_->take_settings();
  check_optimizer(optimizer, "[compile]");
  check(static_cast<T>(optimizer.epsilon) > 0, "[compile] epsilon must not vanish in the network's number type, got ",
        optimizer.epsilon);
  if (changed) {
    check_layers(inputs(), *changed);
    check_same_shapes(impl_->layers, *changed, "[compile]");
  }
  std::vector<Layer> layers = changed ? std::move(*changed) : impl_->layers;
  {
    const std::lock_guard lock(fork_lock(impl_.get()));
    for (std::size_t i = 0; i < layers.size(); ++i) make_trainable(layers[i], impl_->trainable[i]);
  }
  const std::vector<ArrayRule> rules = array_rules(inputs(), layers);
  check_training(optimizer, layers, rules, penalty_step);
  check_loss(loss, activation_of(folded(layers).back()), outputs(), "[compile]");
  const bool labels = loss_targets(loss) == Targets::kClassNumbers;
  for (const MetricSpec& spec : metrics) {
    check(
        (metric_targets(spec.metric) == Targets::kClassNumbers) == labels,
        "[compile] a sparse loss and dense targets, or the other way round, cannot share one y: metrics and loss must "
        "both take class numbers or both take rows of ",
        outputs(), " numbers");
    check_metric(spec.metric, outputs(), "[compile]");
  }
  impl_->compiled = false;  // until all of it is done
  impl_->step_team.reset();
  impl_->change_optimizer(optimizer);
  impl_->loss = loss;
  impl_->metrics = metrics;
  impl_->penalty_step = penalty_step;
  impl_->live().reset_state(optimizer, layers);
  for (std::size_t d = 0; d < impl_->live().dense.size(); ++d) impl_->reset_target(rules[2 * d], d);
  impl_->use_layers(std::move(layers));
  impl_->compiled = true;
}

template <class T> void Network<T>::take_average() {
  const Using<T> reading(*impl_, Use::kRead, "[take_average]");
  if (!impl_->published_optimizer()->use_ema || iterations() == 0) return;
  const Writing<T> writing(*impl_, "[take_average]", false);
  const auto& k = kernels<T>();
  const bool support = impl_->penalty_step == PenaltyStep::kProximal;
  Parameters<T>& parameters = impl_->live();
  for (std::size_t a = 0; a < parameters.array_count(); ++a) {
    if (parameters.state(a).empty()) continue;  // not trainable
    Buffer<T>& w = parameters.array(a);
    k.take_average(w.size(), support, parameters.state(a).back().data(), w.data());
  }
  impl_->publish();
}

template <class T> void Network<T>::set_strength_ramps(const std::vector<StrengthRamp>& ramps) {
  const Using<T> reading(*impl_, Use::kRead, "[set_strength_ramps]");
  const auto rules = impl_->published()->rules;
  check(ramps.size() == rules->size(), "[set_strength_ramps] there must be ", rules->size(),
        " ramps, two a layer with weights, got ", ramps.size());
  for (const StrengthRamp& ramp : ramps)
    check(std::isfinite(ramp.from) && ramp.from >= 0 && std::isfinite(ramp.to) && ramp.to >= 0,
          "[set_strength_ramps] factors of strengths must be finite and not negative, got ", ramp.from, " to ",
          ramp.to);
  check_target_ramps(*rules, ramps);
  const Writing<T> writing(*impl_, "[set_strength_ramps]", false);
  impl_->live().ramps = ramps;
  if (!impl_->use.training()) impl_->publish();  // else the epoch to come does
}

template <class T> void Network<T>::set_trainable(std::size_t layer, bool trainable) {
  const std::size_t count = impl_->trainable.size();
  check(layer < count, "[set_trainable] layer must be below ", count, ", got ", layer);
  const std::lock_guard lock(fork_lock(impl_.get()));
  impl_->trainable[layer] = trainable;
}

template <class T> std::vector<WeightArray<T>> Network<T>::weights() const {
  const Using<T> reading(*impl_, Use::kRead, "[weights]");
  const auto published = impl_->published();
  std::vector<WeightArray<T>> arrays;
  for (const WeightSlot& slot : weight_slots(*published->layers, *published))
    arrays.push_back({slot.kind, slot.layer, slot.rows, slot.cols, read_slot(slot, *published)});
  return arrays;
}

template <class T> void Network<T>::set_weights(const std::vector<ConstMatrixView<T>>& weights) {
  const Using<T> reading(*impl_, Use::kRead, "[set_weights]");
  const auto published = impl_->published();
  const auto slots = weight_slots(*published->layers, *published);
  check(weights.size() == slots.size(), "[set_weights] the network has ", slots.size(), " arrays of weights, got ",
        weights.size());
  for (std::size_t a = 0; a < slots.size(); ++a) {
    const WeightSlot& slot = slots[a];
    check(weights[a].rows == slot.rows && weights[a].cols == slot.cols, "[set_weights] weights[", a,
          "] must have shape (", slot.rows, ", ", slot.cols, "), got (", weights[a].rows, ", ", weights[a].cols, ")");
    for (std::size_t i = 0; i < slot.rows; ++i)
      for (std::size_t j = 0; j < slot.cols; ++j) {
        const T x = weights[a].row(i)[j];
        check(std::isfinite(x), "[set_weights] weights must be finite, weights[", a, "][", i, ", ", j, "] = ", x);
        check(slot.kind != WeightKind::kVariance || x >= 0, "[set_weights] a variance must not be negative, weights[",
              a, "][", i, ", ", j, "] = ", x);
      }
  }
  const Writing<T> writing(*impl_, "[set_weights]", false, Use::kBriefWriting);
  for (std::size_t a = 0; a < slots.size(); ++a) write_slot(slots[a], weights[a], impl_->live());
  impl_->publish();
}

template <class T> double Network<T>::penalty() const {
  const Using<T> reading(*impl_, Use::kRead, "[penalty]");
  return impl_->penalty(*impl_->published());
}

template <class T> void Network<T>::check_idle(const char* operation) const {
  const Using<T> alone(*impl_, Use::kCompiling, operation);
}

template <class T> struct NetworkRun<T>::Impl {
  const Using<T> run;
};
template <class T>
NetworkRun<T>::NetworkRun(const Network<T>& network, const char* operation)
    : impl_(new Impl{{network.impl(), Use::kRun, operation}}) {}
template <class T> NetworkRun<T>::~NetworkRun() = default;

template struct NetworkImpl<float>;
template struct NetworkImpl<double>;
template class Network<float>;
template class Network<double>;
template class NetworkRun<float>;
template class NetworkRun<double>;

}  // namespace proxnet
