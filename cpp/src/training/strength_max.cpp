// By the gradient at zero for one dense layer, else by training at increasing strengths.
#include "proxnet/strength_max.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "network/data_check.h"
#include "proxnet/fit.h"
#include "training/full_batch.h"

namespace proxnet {

namespace {

// The strength that strength_max() of a penalty scales; 0 if the penalty makes no zeros.
double own_strength(const Penalty& p) {
  if (p.kind == PenaltyKind::kOrthogonal) return 0;
  return p.kind == PenaltyKind::kElasticNet ? p.l1 : std::max(p.strength, p.l1);
}

// The dense layer of a network with only one, if a zero kernel is stationary from some strength on; else null.
const Dense* linear_layer(const std::vector<Layer>& layers) {
  const Dense* found = nullptr;
  for (const Layer& layer : layers) {
    const auto* norm = std::get_if<BatchNormalization>(&layer);
    if (norm && norm->trainable) return nullptr;
    const auto* dense = std::get_if<Dense>(&layer);
    if (dense && found) return nullptr;
    if (dense) found = dense;
  }
  const bool zero_is_stationary =
      found && found->trainable && own_strength(found->kernel_penalty) > 0 &&
      found->kernel_penalty.kind != PenaltyKind::kL0 &&
      (found->kernel_penalty.kind != PenaltyKind::kGroup || found->kernel_penalty.strength > 0);
  const bool plain = found && found->bias_penalty.none() && found->kernel_constraint.kind == ConstraintKind::kNone &&
                     found->bias_constraint.kind == ConstraintKind::kNone;
  return zero_is_stationary && plain ? found : nullptr;
}

template <class T> void copy_weights(const Network<T>& from, Network<T>& to) {
  const auto weights = from.weights();
  std::vector<ConstMatrixView<T>> views;
  for (const WeightArray<T>& array : weights) views.emplace_back(array.values.data(), array.rows, array.cols);
  to.set_weights(views);
}

// From the gradient at a zero kernel with the best bias.
template <class T> double by_gradient(const Network<T>& network, const Data<T>& data, const Dense& layer,
                                      const StrengthSearch& search) {
  std::vector<Layer> layers;
  const auto snapshot = network.impl().published();
  for (Layer l : *snapshot->layers) {
    if (std::holds_alternative<Dropout>(l)) continue;
    if (Dense* dense = std::get_if<Dense>(&l)) dense->kernel_penalty = l1(1e30);  // fixes the kernel at zero
    layers.push_back(l);
  }
  Network<T> constant(network.inputs(), layers);
  copy_weights(network, constant);
  constant.compile(fista(), network.impl().loss);
  TrainOptions options;
  options.batch_size = data.x->rows(), options.poll = search.poll;
  {
    Trainer<T> trainer(constant, data, options);
    double before = std::numeric_limits<double>::infinity();
    int unchanged = 0;
    constexpr std::size_t kIterations = 1000;
    constexpr int kUnchanged = 30;  // the loss converges before its gradient
    for (std::size_t i = 0; i < kIterations; ++i) {
      const double loss = trainer.run_epoch(i).loss;
      unchanged = loss == before ? unchanged + 1 : 0;
      if (unchanged == kUnchanged) break;
      before = loss;
    }
  }
  const NetworkImpl<T>& net = constant.impl();
  const auto weights = net.published();
  FullBatch<T> full(net, *weights, data, search.poll, "[strength_max]");
  full.run(*weights, true);
  std::vector<double> gradient(network.inputs() * layer.units);
  const std::vector<double>& found = full.gradient(0);
  for (std::size_t i = 0; i < network.inputs(); ++i)
    for (std::size_t j = 0; j < layer.units; ++j)
      gradient[i * layer.units + j] = found[(j / kPanel<T> * network.inputs() + i) * kPanel<T> + j % kPanel<T>];
  return strength_max(layer.kernel_penalty, gradient.data(), {network.inputs(), layer.units}) /
         (layer.kernel_penalty.kind == PenaltyKind::kElasticNet ? layer.kernel_penalty.l1
                                                                : layer.kernel_penalty.strength);
}

template <class T>
double by_training(const Network<T>& network, const Data<T>& data, const StrengthSearch& search) {
  const NetworkImpl<T>& net = network.impl();
  Network<T> twin(network.inputs(), *net.published()->layers);
  const auto optimizer = net.published_optimizer();
  copy_weights(network, twin);
  twin.compile(*optimizer, net.loss);
  const double penalty = twin.penalty(), loss = evaluate(twin, data, search.poll).loss - penalty;
  check(penalty > 0, "[strength_max] the penalties must not be 0 at the present weights, where the search begins");
  TrainOptions options;
  options.batch_size = full_batch(*optimizer) ? data.x->rows() : search.batch_size;
  options.seed = search.seed, options.poll = search.poll;
  Trainer<T> trainer(twin, data, options);
  std::vector<StrengthRamp> ramps(twin.impl().specs.size());
  constexpr double kStart = 0.01, kMaxRatio = 1e12;  // penalty / loss at the first factor; last factor / first factor
  const double first = kStart * std::max(std::fabs(loss), 1e-12) / penalty;
  std::size_t epoch = 0;
  for (double factor = first; factor < kMaxRatio * first; factor *= search.ratio) {
    for (StrengthRamp& ramp : ramps) ramp = {factor, factor};
    twin.set_strength_ramps(ramps);
    for (std::size_t e = 0; e < search.epochs; ++e) trainer.run_epoch(epoch++);
    if (twin.sparsity().front().inputs_used == 0) return factor;
  }
  throw InvalidInput(
      "[strength_max] the network must become constant at some strength, but inputs stay in use: is there "
      "a path from input to output without a penalty?");
}

}  // namespace

template <class T>
double strength_max(const Network<T>& network, const Data<T>& data, const StrengthSearch& search) {
  const NetworkImpl<T>& net = network.impl();
  const UseGuard<T> run(net, Use::kRun, "[strength_max]");
  check_data(net, data, "[strength_max]");
  check(search.epochs >= 1, "[strength_max] epochs must be at least 1, got ", search.epochs);
  check(std::isfinite(search.ratio) && search.ratio > 1, "[strength_max] ratio must be over 1, got ", search.ratio);
  check(net.penalty_step == PenaltyStep::kProximal,
        "[strength_max] penalty_step must be proximal: the subgradient step makes no zeros");
  bool penalised = false;
  const auto snapshot = net.published();
  for (const ParameterSpec& spec : *snapshot->specs) {
    check(!spec.trained() || spec.target == SparsityTarget::kNone,
          "[strength_max] a sparsity target sets the strength itself");
    penalised |= spec.trained() && spec.kind == WeightKind::kKernel && own_strength(spec.penalty) > 0;
  }
  check(penalised, "[strength_max] a trainable kernel must have a penalty of positive strength that makes zeros");
  const Dense* linear = linear_layer(*snapshot->layers);
  return linear ? by_gradient(network, data, *linear, search) : by_training(network, data, search);
}

template double strength_max(const Network<float>&, const Data<float>&, const StrengthSearch&);
template double strength_max(const Network<double>&, const Data<double>&, const StrengthSearch&);

}  // namespace proxnet
