// Checks of each kind of layer.
#include "layers/layer_check.h"

#include <cmath>

namespace proxnet {

namespace {

void check_activity(const Activity& activity, const char* operation) {
  for (const double strength : {activity.l1, activity.l2})
    check(std::isfinite(strength) && strength >= 0, operation,
          " strengths of an activity penalty must be finite and not negative, got ", strength);
}

// A bias, gamma or beta: one row of weights.
void check_vector_penalty(const Penalty& penalty, std::size_t cols, const char* operation) {
  check(penalty.kind != PenaltyKind::kOrthogonal, operation, " an orthogonal penalty is for kernels");
  check_penalty(penalty, {1, cols}, operation);
}

void check_vector_constraint(const Constraint& constraint, const Penalty& penalty, const char* operation) {
  check(constraint.axis == NormAxis::kInputs, operation, " constraint: one row of weights has one norm, its axis is 0");
  check_constraint(constraint, penalty, operation);
}

// Each returns the number of columns of its layer's output.
std::size_t check_layer(const Dense& dense, std::size_t inputs) {
  check(dense.units >= 1, "[Dense] units must be at least 1, got ", dense.units);
  // Above any memory, and below where rows * columns overflows.
  check(dense.units <= (std::size_t{1} << 48) / inputs, "[Dense] ", dense.units, " units of ", inputs,
        " inputs are too large");
  check_penalty(dense.kernel_penalty, {inputs, dense.units}, "[Dense] kernel penalty:");
  check_vector_penalty(dense.bias_penalty, dense.units, "[Dense] bias penalty:");
  check(dense.kernel_target == SparsityTarget::kNone || dense.kernel_penalty.kind != PenaltyKind::kOrthogonal,
        "[Dense] kernel penalty: an orthogonal penalty makes no zeros, a target share of them needs another");
  check_activity(dense.activity, "[Dense]");
  check_constraint(dense.kernel_constraint, dense.kernel_penalty, "[Dense] kernel");
  check_vector_constraint(dense.bias_constraint, dense.bias_penalty, "[Dense] bias");
  check_activation(dense.activation, dense.units, "[Dense]");
  check_initializer(dense.kernel_initializer, false, "[Dense] kernel_initializer:");
  check_initializer(dense.bias_initializer, true, "[Dense] bias_initializer:");
  return dense.units;
}

std::size_t check_layer(const Dropout& dropout, std::size_t inputs) {
  check(dropout.rate >= 0 && dropout.rate < 1, "[Dropout] rate must be in [0, 1), got ", dropout.rate);
  return inputs;
}

std::size_t check_layer(const ActivationLayer& layer, std::size_t inputs) {
  check_activation(layer.activation, inputs, "[Activation]");
  check_activity(layer.activity, "[Activation]");
  return inputs;
}

std::size_t check_layer(const ActivityRegularization& layer, std::size_t inputs) {
  check_activity(layer.activity, "[ActivityRegularization]");
  return inputs;
}

std::size_t check_layer(const BatchNormalization& layer, std::size_t inputs) {
  check(layer.momentum >= 0 && layer.momentum <= 1, "[BatchNormalization] momentum must be in [0, 1], got ",
        layer.momentum);
  check(std::isfinite(layer.epsilon) && layer.epsilon > 0,
        "[BatchNormalization] epsilon must be finite and positive, got ", layer.epsilon);
  check_vector_penalty(layer.gamma_penalty, inputs, "[BatchNormalization] gamma penalty:");
  check_vector_penalty(layer.beta_penalty, inputs, "[BatchNormalization] beta penalty:");
  for (const Initializer* initializer : {&layer.gamma_initializer, &layer.beta_initializer,
                                         &layer.moving_mean_initializer, &layer.moving_variance_initializer})
    check_initializer(*initializer, true, "[BatchNormalization] initializer:");
  check_vector_constraint(layer.gamma_constraint, layer.gamma_penalty, "[BatchNormalization] gamma");
  check_vector_constraint(layer.beta_constraint, layer.beta_penalty, "[BatchNormalization] beta");
  return inputs;
}

std::size_t check_layer(const Normalization& layer, std::size_t inputs) {
  check(layer.mean.size() == layer.variance.size() && (layer.mean.empty() || layer.mean.size() == inputs),
        "[Normalization] mean and variance must have one number per column, ", inputs, ", got ", layer.mean.size(),
        " and ", layer.variance.size());
  for (std::size_t j = 0; j < layer.mean.size(); ++j)
    check(std::isfinite(layer.mean[j]) && std::isfinite(layer.variance[j]) && layer.variance[j] >= 0,
          "[Normalization] mean and variance must be finite, the variance not negative, got ", layer.mean[j], " and ",
          layer.variance[j], " in column ", j);
  return inputs;
}

std::size_t check_layer(const ColumnSelection& layer, std::size_t inputs) {
  check(!layer.columns.empty(), "[ColumnSelection] columns must not be empty");
  for (std::size_t k = 0; k < layer.columns.size(); ++k) {
    check(layer.columns[k] < inputs, "[ColumnSelection] columns must be less than the number of inputs, ", inputs,
          ", columns[", k, "] = ", layer.columns[k]);
    const std::size_t before = k ? layer.columns[k - 1] : 0;
    check(k == 0 || before < layer.columns[k], "[ColumnSelection] columns must increase, columns[", k,
          "] = ", layer.columns[k], " stands behind ", before);
  }
  return layer.columns.size();
}

}  // namespace

void check_layers(std::size_t inputs, const std::vector<Layer>& layers) {
  check(inputs >= 1, "[Network] inputs must be at least 1, got ", inputs);
  bool dense = false;
  for (const Layer& layer : layers) {
    inputs = std::visit([&](const auto& spec) { return check_layer(spec, inputs); }, layer);
    dense |= std::holds_alternative<Dense>(layer);
    check(!std::holds_alternative<ColumnSelection>(layer) || &layer == &layers.front(),
          "[ColumnSelection] it must be the first layer");
  }
  check(dense && !std::holds_alternative<Dropout>(layers.back()),
        "[Network] there must be a Dense layer, and the last layer must not be a Dropout");
  check(!std::holds_alternative<ActivityRegularization>(folded(layers).back()),
        "[Network] at the end an ActivityRegularization must stand on a Dense or an activation");
}

std::vector<Layer> folded(const std::vector<Layer>& layers) {
  std::vector<Layer> run;
  for (const Layer& layer : layers) {
    Dense* dense = run.empty() ? nullptr : std::get_if<Dense>(&run.back());
    ActivationLayer* before = run.empty() ? nullptr : std::get_if<ActivationLayer>(&run.back());
    const auto* activation = std::get_if<ActivationLayer>(&layer);
    const auto* regularization = std::get_if<ActivityRegularization>(&layer);
    if (activation && dense && dense->activation == Activation::kLinear && dense->activity.none()) {
      dense->activation = activation->activation, dense->activity = activation->activity;
    } else if (regularization && (dense || before)) {
      Activity& activity = dense ? dense->activity : before->activity;
      activity.l1 += regularization->activity.l1, activity.l2 += regularization->activity.l2;
    } else {
      run.push_back(layer);
    }
  }
  return run;
}

namespace {

bool same_shapes(const Layer& a, const Layer& b) {
  if (a.index() != b.index()) return false;
  if (const auto* dense = std::get_if<Dense>(&a)) {
    const auto& other = std::get<Dense>(b);
    return dense->units == other.units && dense->use_bias == other.use_bias;
  }
  if (const auto* norm = std::get_if<BatchNormalization>(&a)) {
    const auto& other = std::get<BatchNormalization>(b);
    return norm->center == other.center && norm->scale == other.scale;
  }
  if (const auto* selection = std::get_if<ColumnSelection>(&a))
    return selection->columns == std::get<ColumnSelection>(b).columns;
  const auto* norm = std::get_if<Normalization>(&a);
  return !norm ||
         (norm->mean == std::get<Normalization>(b).mean && norm->variance == std::get<Normalization>(b).variance);
}

}  // namespace

void check_same_shapes(const std::vector<Layer>& layers, const std::vector<Layer>& changed, const char* operation) {
  check(changed.size() == layers.size(), operation, " the network has ", layers.size(), " layers, got ",
        changed.size());
  for (std::size_t i = 0; i < layers.size(); ++i)
    check(same_shapes(layers[i], changed[i]), operation, " layer ", i,
          " must keep its kind and the shapes of its weights once it has them");
}

Activation activation_of(const Layer& last) {
  if (const auto* activation = std::get_if<ActivationLayer>(&last)) return activation->activation;
  const auto* dense = std::get_if<Dense>(&last);
  return dense ? dense->activation : Activation::kLinear;
}

bool is_trainable(const Layer& layer) {
  if (const auto* dense = std::get_if<Dense>(&layer)) return dense->trainable;
  const auto* norm = std::get_if<BatchNormalization>(&layer);
  return norm && norm->trainable;
}

void make_trainable(Layer& layer, bool trainable) {
  if (auto* dense = std::get_if<Dense>(&layer)) dense->trainable = trainable;
  if (auto* norm = std::get_if<BatchNormalization>(&layer)) norm->trainable = trainable;
}

}  // namespace proxnet
