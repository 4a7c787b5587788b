// Names are "layers.<layer>.<array>" and "optimizer.<layer>.<array>.<state>"; layers count as the user gave them.
#include "named_arrays.h"

#include <bit>

namespace proxnet {

template <class T>
std::vector<NamedArray<T>> named_arrays(Parameters<T>& parameters, const std::vector<Layer>& layers) {
  std::vector<NamedArray<T>> arrays;
  const auto add = [&](std::size_t layer, const char* name, std::size_t rows, std::size_t cols, Buffer<T>& values,
                       std::vector<Buffer<T>>& states) {
    arrays.push_back({sentence("layers.", layer, ".", name), false, rows, cols, &values});
    for (std::size_t s = 0; s < states.size(); ++s)
      arrays.push_back({sentence("optimizer.", layer, ".", name, ".", s), true, rows, cols, &states[s]});
  };
  std::size_t dense = 0;
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (const Dense* layer = std::get_if<Dense>(&layers[i])) {
      DenseParameters<T>& p = parameters.dense[dense++];
      add(i, "kernel", p.kernel.rows, p.kernel.cols, p.kernel.values, p.kernel_state);
      if (p.latent.size())
        arrays.push_back({sentence("optimizer.", i, ".kernel.latent"), true, p.kernel.rows, p.kernel.cols, &p.latent});
      if (layer->use_bias) add(i, "bias", 0, p.kernel.cols, p.bias, p.bias_state);
    }
  return arrays;
}

std::uint64_t NamedNumber::bits() const {
  if (const auto* whole = std::get_if<std::uint64_t*>(&value)) return **whole;
  if (const auto* flag = std::get_if<bool*>(&value)) return **flag;
  return std::bit_cast<std::uint64_t>(*std::get<double*>(value));
}

bool NamedNumber::accepts(std::uint64_t bits) const {
  return real() ||
         bits <= (std::holds_alternative<bool*>(value) ? 1 : std::uint64_t{1} << 53);  // steps are doubles, too
}

void NamedNumber::take(std::uint64_t bits) const {
  if (const auto* whole = std::get_if<std::uint64_t*>(&value))
    **whole = bits;
  else if (const auto* flag = std::get_if<bool*>(&value))
    **flag = bits != 0;
  else
    *std::get<double*>(value) = std::bit_cast<double>(bits);
}

template <class T>
std::vector<NamedNumber> named_numbers(Parameters<T>& parameters, const std::vector<Layer>& layers) {
  static_assert(sizeof(OptimizerProgress) == 24, "name the new member here, or files will not hold it");
  static_assert(sizeof(TargetState) == 24 && sizeof(StrengthRamp) == 24, "as above");
  std::vector<NamedNumber> numbers = {{"optimizer.iterations", &parameters.progress.iterations},
                                      {"optimizer.reach", &parameters.progress.reach},
                                      {"optimizer.momentum_product", &parameters.progress.momentum_product}};
  std::size_t dense = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Dense* layer = std::get_if<Dense>(&layers[i]);
    if (!layer) continue;
    const bool targeted = layer->kernel_target != SparsityTarget::kNone;
    for (const std::size_t bias : {0, 1}) {
      if ((bias ? layer->bias_penalty : layer->kernel_penalty).none() && (bias || !targeted)) continue;
      StrengthRamp& ramp = parameters.ramps[2 * dense + bias];
      const std::string name = sentence("optimizer.", i, bias ? ".bias" : ".kernel", ".strength.");
      numbers.push_back({name + "from", &ramp.from});
      numbers.push_back({name + "to", &ramp.to});
      numbers.push_back({name + "refit", &ramp.refit});
    }
    if (targeted) {
      TargetState& target = parameters.dense[dense].target;
      const std::string name = sentence("optimizer.", i, ".kernel.target.");
      numbers.push_back({name + "threshold", &target.threshold});
      numbers.push_back({name + "strength", &target.strength});
      numbers.push_back({name + "frozen", &target.frozen});
    }
    ++dense;
  }
  return numbers;
}

template std::vector<NamedArray<float>> named_arrays(Parameters<float>&, const std::vector<Layer>&);
template std::vector<NamedArray<double>> named_arrays(Parameters<double>&, const std::vector<Layer>&);
template std::vector<NamedNumber> named_numbers(Parameters<float>&, const std::vector<Layer>&);
template std::vector<NamedNumber> named_numbers(Parameters<double>&, const std::vector<Layer>&);

}  // namespace proxnet
