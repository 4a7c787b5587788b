// Arrays in the order of their numbers.
#include "layers/array_rules.h"

namespace proxnet {

namespace {

// Of an array that is one row.
Constraint of_vector(Constraint constraint) {
  constraint.axis = NormAxis::kBoth;
  return constraint;
}

}  // namespace

std::vector<ArrayRule> array_rules(std::size_t inputs, const std::vector<Layer>& layers) {
  std::vector<ArrayRule> rules, norms;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (const auto* dense = std::get_if<Dense>(&layers[i])) {
      rules.push_back({WeightKind::kKernel, i, inputs, dense->units, dense->trainable, dense->kernel_penalty,
                       dense->kernel_constraint, dense->kernel_target});
      rules.push_back({WeightKind::kBias, i, dense->use_bias, dense->units, dense->trainable, dense->bias_penalty,
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
  rules.insert(rules.end(), norms.begin(), norms.end());
  return rules;
}

}  // namespace proxnet
