// Names are "layers.<layer>.<array>" and "optimizer.<layer>.<array>.<state>"; layers count as the user gave them.
#include "named_arrays.h"

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
      if (layer->use_bias) add(i, "bias", 0, p.kernel.cols, p.bias, p.bias_state);
    }
  return arrays;
}

std::vector<NamedNumber> named_numbers(OptimizerProgress& progress) {
  static_assert(sizeof(OptimizerProgress) == 16, "name the new member here, or files will not hold it");
  return {{"optimizer.iterations", &progress.iterations, nullptr}, {"optimizer.reach", nullptr, &progress.reach}};
}

template std::vector<NamedArray<float>> named_arrays(Parameters<float>&, const std::vector<Layer>&);
template std::vector<NamedArray<double>> named_arrays(Parameters<double>&, const std::vector<Layer>&);

}  // namespace proxnet
