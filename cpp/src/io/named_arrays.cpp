// Names: "layers.<layer>.<array>" and "optimizer.<layer>.<array>.<state>", <layer> the index in layers().
#include "io/named_arrays.h"

#include <bit>

#include "layers/weight_slots.h"

namespace proxnet {

namespace {

const char* name_of(WeightKind kind, const Layer& layer) {
  const bool moving = std::holds_alternative<BatchNormalization>(layer);
  switch (kind) {
    case WeightKind::kKernel:
      return "kernel";
    case WeightKind::kBias:
      return "bias";
    case WeightKind::kGamma:
      return "gamma";
    case WeightKind::kBeta:
      return "beta";
    case WeightKind::kMean:
      return moving ? "moving_mean" : "mean";
    default:
      return moving ? "moving_variance" : "variance";
  }
}

}  // namespace

template <class T>
std::vector<NamedArray<T>> named_arrays(Parameters<T>& parameters, const std::vector<Layer>& layers) {
  std::vector<NamedArray<T>> arrays;
  for (const WeightSlot& slot : weight_slots(layers, parameters)) {
    const std::string name = sentence(slot.layer, ".", name_of(slot.kind, layers[slot.layer]));
    const bool kernel = slot.kind == WeightKind::kKernel;
    const auto add = [&](const std::string& full, bool state, Buffer<T>& values) {
      const bool not_negative = !state && slot.kind == WeightKind::kVariance;
      arrays.push_back({full, state, not_negative, kernel ? slot.rows : 0, slot.cols, &values});
    };
    add("layers." + name, false, slot_values(slot, parameters));
    std::vector<Buffer<T>>* states = slot_state(slot, parameters);
    for (std::size_t s = 0; states && s < states->size(); ++s)
      add(sentence("optimizer.", name, ".", s), true, (*states)[s]);
    if (kernel && parameters.dense[slot.index].latent.size())
      add(sentence("optimizer.", name, ".latent"), true, parameters.dense[slot.index].latent);
  }
  return arrays;
}

std::uint64_t NamedNumber::bits() const {
  if (const auto* integer = std::get_if<std::uint64_t*>(&value)) return **integer;
  if (const auto* flag = std::get_if<bool*>(&value)) return **flag;
  return std::bit_cast<std::uint64_t>(*std::get<double*>(value));
}

bool NamedNumber::accepts(std::uint64_t bits) const {
  return real() || bits <= (std::holds_alternative<bool*>(value) ? 1 : std::uint64_t{1} << 53);  // exact in a double
}

void NamedNumber::take(std::uint64_t bits) const {
  if (const auto* integer = std::get_if<std::uint64_t*>(&value))
    **integer = bits;
  else if (const auto* flag = std::get_if<bool*>(&value))
    **flag = bits != 0;
  else
    *std::get<double*>(value) = std::bit_cast<double>(bits);
}

template <class T>
std::vector<NamedNumber> named_numbers(Parameters<T>& parameters, const std::vector<Layer>& layers,
                                       const std::vector<ParameterSpec>& specs) {
  static_assert(sizeof(OptimizerProgress) == 56, "name the new member here, or files will not hold it");
  static_assert(sizeof(TargetState) == 24 && sizeof(StrengthRamp) == 24, "as above");
  std::vector<NamedNumber> numbers = {{"optimizer.iterations", &parameters.progress.iterations},
                                      {"optimizer.reach", &parameters.progress.reach},
                                      {"optimizer.momentum_product", &parameters.progress.momentum_product},
                                      {"optimizer.step", &parameters.progress.step},
                                      {"optimizer.first_step", &parameters.progress.first_step},
                                      {"optimizer.inertia", &parameters.progress.inertia},
                                      {"optimizer.pairs", &parameters.progress.pairs}};
  for (std::size_t a = 0; a < specs.size(); ++a) {
    const ParameterSpec& spec = specs[a];
    const bool targeted = spec.target != SparsityTarget::kNone;
    if (spec.rows == 0 || (spec.penalty.none() && !targeted)) continue;
    const std::string name = sentence("optimizer.", spec.layer, ".", name_of(spec.kind, layers[spec.layer]), ".");
    StrengthRamp& ramp = parameters.ramps[a];
    numbers.push_back({name + "strength.from", &ramp.from});
    numbers.push_back({name + "strength.to", &ramp.to});
    numbers.push_back({name + "strength.refit", &ramp.refit});
    if (!targeted) continue;
    TargetState& target = parameters.dense[a / 2].target;
    numbers.push_back({name + "target.threshold", &target.threshold});
    numbers.push_back({name + "target.strength", &target.strength});
    numbers.push_back({name + "target.frozen", &target.frozen});
  }
  return numbers;
}

template std::vector<NamedArray<float>> named_arrays(Parameters<float>&, const std::vector<Layer>&);
template std::vector<NamedArray<double>> named_arrays(Parameters<double>&, const std::vector<Layer>&);
template std::vector<NamedNumber> named_numbers(Parameters<float>&, const std::vector<Layer>&,
                                                const std::vector<ParameterSpec>&);
template std::vector<NamedNumber> named_numbers(Parameters<double>&, const std::vector<Layer>&,
                                                const std::vector<ParameterSpec>&);

}  // namespace proxnet
