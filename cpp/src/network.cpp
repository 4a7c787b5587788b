// Construction, compilation and the weights of a network; training and prediction have their own files.
#include "proxnet/network.h"

#include <algorithm>
#include <cmath>

#include "network_impl.h"
#include "penalty_panels.h"

namespace proxnet {

namespace {

void check_layers(std::size_t inputs, const std::vector<Layer>& layers) {
  check(inputs >= 1, "[Network] inputs must be at least 1, got ", inputs);
  check(!layers.empty() && std::holds_alternative<Dense>(layers.back()), "[Network] the last layer must be Dense");
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (const Dense* dense = std::get_if<Dense>(&layers[i])) {
      check(dense->units >= 1, "[Dense] units must be at least 1, got ", dense->units);
      // Far above any memory and far below where a product of sizes would wrap around.
      check(dense->units <= (std::size_t{1} << 48) / inputs, "[Dense] ", dense->units, " units of ", inputs,
            " inputs are too large");
      check_activation(dense->activation, dense->units, "[Dense]");
      check_initializer(dense->kernel_initializer, false, "[Dense] kernel_initializer:");
      check_initializer(dense->bias_initializer, true, "[Dense] bias_initializer:");
      check_penalty(dense->kernel_penalty, {inputs, dense->units}, "[Dense] kernel penalty:");
      check_penalty(dense->bias_penalty, {1, dense->units}, "[Dense] bias penalty:");
      check_constraint(dense->kernel_constraint, dense->kernel_penalty, "[Dense] kernel");
      check_constraint(dense->bias_constraint, dense->bias_penalty, "[Dense] bias");
      inputs = dense->units;
    } else {
      const double rate = std::get<Dropout>(layers[i]).rate;
      check(rate >= 0 && rate < 1, "[Dropout] rate must be in [0, 1), got ", rate);
    }
  }
}

}  // namespace

template <class T> const Dense& NetworkImpl<T>::dense_layer(std::size_t d) const {
  for (const Layer& layer : layers)
    if (const Dense* dense = std::get_if<Dense>(&layer))
      if (d-- == 0) return *dense;
  throw InvalidInput("[Network] no such dense layer");
}

template <class T> void NetworkImpl<T>::publish() {
  std::shared_ptr<Parameters<T>> old = published_.exchange(live_, std::memory_order_acq_rel);
  if (old && old.use_count() == 1) {
    std::atomic_thread_fence(std::memory_order_acquire);  // the last reader's reads come before what follows
    *old = *live_;
    live_ = std::move(old);
  } else {
    live_ = std::make_shared<Parameters<T>>(*live_);
  }
}

template <class T> double NetworkImpl<T>::strength(const Parameters<T>& parameters, std::size_t array) const {
  const StrengthRamp& ramp = parameters.ramps[array];
  if (ramp.refit) return 0;
  const bool targeted = array % 2 == 0 && dense_layer(array / 2).kernel_target != SparsityTarget::kNone;
  return targeted ? parameters.dense[array / 2].target.strength : ramp.to;
}

template <class T> double NetworkImpl<T>::penalty(const Parameters<T>& parameters) const {
  const auto& k = kernels<T>();
  double total = 0;
  for (std::size_t d = 0; d < parameters.dense.size(); ++d) {
    const Dense& layer = dense_layer(d);
    const DenseParameters<T>& p = parameters.dense[d];
    const auto add = [&](const Penalty& penalty, double strength, std::size_t rows, const Buffer<T>& w) {
      if (!penalty.none()) total += strength * PanelPenalty<T>(penalty, rows, p.kernel.cols).value(k, w.data());
    };
    add(layer.kernel_penalty, strength(parameters, 2 * d), p.kernel.rows, p.kernel.values);
    if (layer.use_bias) add(layer.bias_penalty, strength(parameters, 2 * d + 1), 1, p.bias);
  }
  return total;
}

template <class T>
Network<T>::Network(std::size_t inputs, std::vector<Layer> layers, std::uint64_t seed)
    : impl_(std::make_unique<NetworkImpl<T>>()) {
  check_layers(inputs, layers);
  impl_->inputs = inputs;
  impl_->layers = std::move(layers);
  impl_->seed = seed;
  impl_->live().initialise(inputs, impl_->layers, seed);
  impl_->live().ramps.resize(2 * impl_->live().dense.size());
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
                         PenaltyStep penalty_step) {
  if (impl_->training) throw InvalidState("[compile] the network is being trained");
  check_optimizer(optimizer, "[compile]");
  check(static_cast<T>(optimizer.epsilon) > 0, "[compile] epsilon must not vanish in the network's number type, got ",
        optimizer.epsilon);
  check_loss(loss, std::get<Dense>(impl_->layers.back()).activation, outputs(), "[compile]");
  const bool labels = loss_targets(loss) == Targets::kClassNumbers;
  const auto targeted = [](const Layer& layer) {
    const Dense* dense = std::get_if<Dense>(&layer);
    return dense && dense->kernel_target != SparsityTarget::kNone;
  };
  check(!optimizer.use_ema || std::none_of(impl_->layers.begin(), impl_->layers.end(), targeted),
        "[compile] use_ema: averages of weights do not keep a target share of zeros");
  const auto penalised = [](const Layer& layer) {
    const Dense* dense = std::get_if<Dense>(&layer);
    return dense && !(dense->kernel_penalty.none() && (!dense->use_bias || dense->bias_penalty.none()));
  };
  check(optimizer.clipvalue == 0 || penalty_step == PenaltyStep::kSubgradient ||
            std::none_of(impl_->layers.begin(), impl_->layers.end(), penalised),
        "[compile] clipvalue bends the gradient and not the penalty's threshold, so the proximal step would solve "
        "nothing that can be stated: take clipnorm or global_clipnorm, or penalty_step=\"subgradient\"");
  for (const MetricSpec& spec : metrics) {
    check(
        (metric_targets(spec.metric) == Targets::kClassNumbers) == labels,
        "[compile] a sparse loss and dense targets, or the other way round, cannot share one y: metrics and loss must "
        "both take class numbers or both take rows of ",
        outputs(), " numbers");
    check_metric(spec.metric, outputs(), "[compile]");
  }
  for (const Layer& layer : impl_->layers)
    if (const Dense* dense = std::get_if<Dense>(&layer)) {
      check(penalty_step == PenaltyStep::kProximal || dense->kernel_target == SparsityTarget::kNone,
            "[compile] a target of zeros needs the proximal step");
      for (const Penalty* penalty : {&dense->kernel_penalty, &dense->bias_penalty})
        check(penalty_step == PenaltyStep::kProximal || penalty->none() || penalty->kind == PenaltyKind::kElasticNet,
              "[compile] the subgradient step is for L1 and L2 penalties, a layer has another: use the proximal step");
    }
  impl_->optimizer = optimizer;
  impl_->loss = loss;
  impl_->metrics = metrics;
  impl_->penalty_step = penalty_step;
  impl_->live().reset_state(optimizer);
  for (std::size_t d = 0; d < impl_->live().dense.size(); ++d) {
    const Dense& layer = impl_->dense_layer(d);
    DenseParameters<T>& p = impl_->live().dense[d];
    p.target = {};
    if (layer.kernel_target != SparsityTarget::kNone && layer.kernel_penalty.none()) p.latent = p.kernel.values;
  }
  impl_->compiled = true;
  impl_->publish();
}

template <class T> void Network<T>::set_learning_rate(double learning_rate) {
  Optimizer changed = impl_->optimizer;
  changed.learning_rate = learning_rate;
  changed.schedule.reset();
  check_optimizer(changed, "[optimizer]");
  impl_->optimizer = changed;
}

template <class T> void Network<T>::set_schedule(const Schedule& schedule) {
  check_schedule(schedule, "[optimizer]");
  impl_->optimizer.schedule = schedule;
}

template <class T> void Network<T>::take_average() {
  if (!impl_->optimizer.use_ema || iterations() == 0) return;
  const Writing<T> writing(*impl_, "[take_average]", false);
  const auto& k = kernels<T>();
  const bool support = impl_->penalty_step == PenaltyStep::kProximal;
  for (DenseParameters<T>& p : impl_->live().dense) {
    k.take_average(p.kernel.values.size(), support, p.kernel_state.back().data(), p.kernel.values.data());
    k.take_average(p.bias.size(), support, p.bias_state.back().data(), p.bias.data());
  }
  impl_->publish();
}

template <class T> void Network<T>::set_strength_ramps(const std::vector<StrengthRamp>& ramps) {
  const std::size_t arrays = 2 * impl_->live().dense.size();
  check(ramps.size() == arrays, "[set_strength_ramps] there must be ", arrays, " ramps, two a dense layer, got ",
        ramps.size());
  for (const StrengthRamp& ramp : ramps)
    check(std::isfinite(ramp.from) && ramp.from >= 0 && std::isfinite(ramp.to) && ramp.to >= 0,
          "[set_strength_ramps] factors of strengths must be finite and not negative, got ", ramp.from, " to ",
          ramp.to);
  if (impl_->training) {  // what this fit does next
    impl_->live().ramps = ramps;
    return;
  }
  const Writing<T> writing(*impl_, "[set_strength_ramps]", false);
  impl_->live().ramps = ramps;
  impl_->publish();
}

template <class T> std::vector<WeightArray<T>> Network<T>::weights() const {
  const auto published = impl_->published();
  std::vector<WeightArray<T>> arrays;
  for (std::size_t d = 0; d < published->dense.size(); ++d) {
    const DenseParameters<T>& p = published->dense[d];
    WeightArray<T> kernel{false, p.kernel.rows, p.kernel.cols, std::vector<T>(p.kernel.rows * p.kernel.cols)};
    p.kernel.unpack(kernel.values.data(), kernel.cols);
    arrays.push_back(std::move(kernel));
    if (!impl_->dense_layer(d).use_bias) continue;
    const T* bias = p.bias.data();
    arrays.push_back({true, 1, p.kernel.cols, std::vector<T>(bias, bias + p.kernel.cols)});
  }
  return arrays;
}

template <class T> void Network<T>::set_weights(const std::vector<ConstMatrixView<T>>& weights) {
  std::vector<std::pair<std::size_t, bool>> places;  // (dense layer, is a bias)
  const auto shapes = impl_->published();            // the live weights may be in use
  for (std::size_t d = 0; d < shapes->dense.size(); ++d) {
    places.emplace_back(d, false);
    if (impl_->dense_layer(d).use_bias) places.emplace_back(d, true);
  }
  check(weights.size() == places.size(), "[set_weights] the network has ", places.size(), " arrays of weights, got ",
        weights.size());
  for (std::size_t a = 0; a < places.size(); ++a) {
    const Panels<T>& kernel = shapes->dense[places[a].first].kernel;
    const std::size_t rows = places[a].second ? 1 : kernel.rows;
    check(weights[a].rows == rows && weights[a].cols == kernel.cols, "[set_weights] weights[", a, "] must have shape (",
          rows, ", ", kernel.cols, "), got (", weights[a].rows, ", ", weights[a].cols, ")");
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < kernel.cols; ++j)
        check(std::isfinite(weights[a].row(i)[j]), "[set_weights] weights must be finite, weights[", a, "][", i, ", ",
              j, "] = ", weights[a].row(i)[j]);
  }
  const Writing<T> writing(*impl_, "[set_weights]", false);
  for (std::size_t a = 0; a < places.size(); ++a) {
    DenseParameters<T>& p = impl_->live().dense[places[a].first];
    if (places[a].second)
      std::memcpy(p.bias.data(), weights[a].data, p.kernel.cols * sizeof(T));
    else
      p.kernel.pack(weights[a].data, weights[a].stride);
    if (p.latent.size()) p.latent = p.kernel.values;
  }
  impl_->publish();
}

template <class T> double Network<T>::penalty() const { return impl_->penalty(*impl_->published()); }

template struct NetworkImpl<float>;
template struct NetworkImpl<double>;
template class Network<float>;
template class Network<double>;

}  // namespace proxnet
