// Kernel and bias of all dense layers, then gamma and beta of all normalizations.
#include "layers/parameter_specs.h"

namespace proxnet {

namespace {

// A bias, gamma or beta is one row with one norm.
Constraint of_vector(Constraint constraint) {
  constraint.axis = NormAxis::kBoth;
  return constraint;
}

}  // namespace

std::vector<ParameterSpec> parameter_specs(std::size_t inputs, const std::vector<Layer>& layers) {
  std::vector<ParameterSpec> specs, norms;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (const auto* dense = std::get_if<Dense>(&layers[i])) {
      specs.push_back({WeightKind::kKernel, i, inputs, dense->units, dense->trainable, dense->kernel_penalty,
                       dense->kernel_constraint, dense->kernel_target});
      specs.push_back({WeightKind::kBias, i, dense->use_bias, dense->units, dense->trainable, dense->bias_penalty,
                       of_vector(dense->bias_constraint)});
      inputs = dense->units;
    } else if (const auto* norm = std::get_if<BatchNormalization>(&layers[i])) {
      norms.push_back({WeightKind::kGamma, i, norm->scale, inputs, norm->trainable, norm->gamma_penalty,
                       of_vector(norm->gamma_constraint)});
      norms.push_back({WeightKind::kBeta, i, norm->center, inputs, norm->trainable, norm->beta_penalty,
                       of_vector(norm->beta_constraint)});
    } else if (std::holds_alternative<Normalization>(layers[i])) {
      norms.push_back({WeightKind::kGamma, i, 0, inputs});
      norms.push_back({WeightKind::kBeta, i, 0, inputs});
    } else if (const auto* selection = std::get_if<ColumnSelection>(&layers[i])) {
      inputs = selection->columns.size();
    }
  }
  specs.insert(specs.end(), norms.begin(), norms.end());
  return specs;
}

}  // namespace proxnet
