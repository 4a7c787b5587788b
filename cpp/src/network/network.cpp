// Construction, compilation, settings and weights of a network.
#include "proxnet/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "layers/layer_check.h"
#include "layers/weight_slots.h"
#include "network/compile_rules.h"
#include "network/network_impl.h"
#include "runtime/poll_here.h"
#include "runtime/poller.h"

namespace proxnet {

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
  impl_->specs = parameter_specs(inputs, impl_->layers);
  impl_->live().layers = std::make_shared<const std::vector<Layer>>(impl_->layers);
  impl_->live().specs = std::make_shared<const std::vector<ParameterSpec>>(impl_->specs);
  for (const ParameterSpec& spec : impl_->specs) {
    const double factor = spec.target == SparsityTarget::kNone ? 1 : 0;
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
  const UseGuard<T> compiling(*impl_, Use::kCompiling, "[compile]");
  const WriteGuard<T> writing(*impl_, "[compile]", true);
  impl_->apply_settings();
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
  const std::vector<ParameterSpec> specs = parameter_specs(inputs(), layers);
  check_training(optimizer, layers, specs, penalty_step);
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
  impl_->compiled = false;  // until compile() is complete
  impl_->step_team.reset();
  impl_->change_optimizer(optimizer);
  impl_->loss = loss;
  impl_->metrics = metrics;
  impl_->penalty_step = penalty_step;
  impl_->live().reset_state(optimizer, layers);
  for (std::size_t d = 0; d < impl_->live().dense.size(); ++d) impl_->reset_target(specs[2 * d], d);
  impl_->use_layers(std::move(layers));
  impl_->compiled = true;
}

template <class T> void Network<T>::take_average() {
  const UseGuard<T> reading(*impl_, Use::kRead, "[take_average]");
  if (!impl_->published_optimizer()->use_ema || iterations() == 0) return;
  const WriteGuard<T> writing(*impl_, "[take_average]", false);
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
  const UseGuard<T> reading(*impl_, Use::kRead, "[set_strength_ramps]");
  const auto specs = impl_->published()->specs;
  check(ramps.size() == specs->size(), "[set_strength_ramps] there must be ", specs->size(),
        " ramps, two per layer with weights, got ", ramps.size());
  for (const StrengthRamp& ramp : ramps)
    check(std::isfinite(ramp.from) && ramp.from >= 0 && std::isfinite(ramp.to) && ramp.to >= 0,
          "[set_strength_ramps] factors of strengths must be finite and not negative, got ", ramp.from, " to ",
          ramp.to);
  check_target_ramps(*specs, ramps);
  const WriteGuard<T> writing(*impl_, "[set_strength_ramps]", false);
  impl_->live().ramps = ramps;
  if (!impl_->use.training()) impl_->publish();  // else the next epoch publishes
}

template <class T> void Network<T>::set_learning_rate(double learning_rate) {
  const UseGuard<T> reading(*impl_, Use::kRead, "[optimizer]");
  const auto now = impl_->published_optimizer();
  if (now->learning_rate == learning_rate && !now->schedule) return;
  const WriteGuard<T> writing(*impl_, "[optimizer]", false);
  Optimizer changed = impl_->optimizer;
  changed.learning_rate = learning_rate;
  changed.schedule.reset();
  check_optimizer(changed, "[optimizer]");
  impl_->change_optimizer(changed);
}

template <class T> void Network<T>::set_schedule(const Schedule& schedule) {
  const UseGuard<T> reading(*impl_, Use::kRead, "[optimizer]");
  if (impl_->published_optimizer()->schedule == schedule) return;
  const WriteGuard<T> writing(*impl_, "[optimizer]", false);
  Optimizer changed = impl_->optimizer;
  changed.schedule = schedule;
  check_optimizer(changed, "[optimizer]");
  impl_->change_optimizer(changed);
}

template <class T> void Network<T>::set_layers(std::vector<Layer> layers) {
  check_layers(inputs(), layers);
  const UseGuard<T> reading(*impl_, Use::kRead, "[set_layers]");
  const auto before = impl_->published()->layers;
  check_same_shapes(*before, layers, "[set_layers]");
  for (std::size_t i = 0; i < layers.size(); ++i) make_trainable(layers[i], is_trainable((*before)[i]));
  if (impl_->compiled) {
    check_training(*impl_->published_optimizer(), layers, parameter_specs(inputs(), layers), impl_->penalty_step);
    check_loss(impl_->loss, activation_of(folded(layers).back()), outputs(), "[set_layers]");
  }
  impl_->defer_settings({std::move(layers), {}});
}

template <class T> void Network<T>::set_optimizer(const Optimizer& optimizer) {
  const UseGuard<T> reading(*impl_, Use::kRead, "[optimizer]");
  const auto before = impl_->published_optimizer();
  const Optimizer& old = *before;
  if (!impl_->compiled) throw InvalidState("[optimizer] the network must be compiled first");
  check_optimizer(optimizer, "[optimizer]");
  bool same = optimizer.kind == old.kind && optimizer.use_ema == old.use_ema &&
              optimizer_state_count(optimizer) == optimizer_state_count(old);
  for (int i = 0; same && i < optimizer_state_count(old); ++i)
    same = optimizer_state_start(optimizer, i) == optimizer_state_start(old, i);
  check(same,
        "[optimizer] the optimizer's state must keep its shape and start: momentum from or to 0, amsgrad, centered, "
        "use_ema, "
        "memory and initial accumulators take effect at the next compile()");
  const auto snapshot = impl_->published();
  check_training(optimizer, *snapshot->layers, *snapshot->specs, impl_->penalty_step);
  impl_->defer_settings({{}, optimizer});
}

template <class T> void Network<T>::set_trainable(std::size_t layer, bool trainable) {
  const std::size_t count = impl_->trainable.size();
  check(layer < count, "[set_trainable] layer must be below ", count, ", got ", layer);
  const std::lock_guard lock(fork_lock(impl_.get()));
  impl_->trainable[layer] = trainable;
}

template <class T> std::vector<WeightArray<T>> Network<T>::weights() const {
  const UseGuard<T> reading(*impl_, Use::kRead, "[weights]");
  const auto published = impl_->published();
  std::vector<WeightArray<T>> arrays;
  for (const WeightSlot& slot : weight_slots(*published->layers, *published))
    arrays.push_back({slot.kind, slot.layer, slot.rows, slot.cols, read_slot(slot, *published)});
  return arrays;
}

template <class T> void Network<T>::set_weights(const std::vector<ConstMatrixView<T>>& weights) {
  const UseGuard<T> reading(*impl_, Use::kRead, "[set_weights]");
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
  const WriteGuard<T> writing(*impl_, "[set_weights]", false, Use::kBriefWriting);
  for (std::size_t a = 0; a < slots.size(); ++a) write_slot(slots[a], weights[a], impl_->live());
  impl_->publish();
}

template <class T> double Network<T>::penalty() const {
  const UseGuard<T> reading(*impl_, Use::kRead, "[penalty]");
  return impl_->penalty(*impl_->published());
}

template <class T> void Network<T>::check_idle(const char* operation) const {
  const UseGuard<T> alone(*impl_, Use::kCompiling, operation);
}

template <class T> struct NetworkRun<T>::Impl {
  const UseGuard<T> run;
};
template <class T>
NetworkRun<T>::NetworkRun(const Network<T>& network, const char* operation)
    : impl_(new Impl{{network.impl(), Use::kRun, operation}}) {}
template <class T> NetworkRun<T>::~NetworkRun() = default;

template class Network<float>;
template class Network<double>;
template class NetworkRun<float>;
template class NetworkRun<double>;

}  // namespace proxnet
