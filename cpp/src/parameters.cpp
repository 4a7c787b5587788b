// Weights and state of the dense layers.
#include "parameters.h"

#include <algorithm>
#include <cstring>

#include "initializer_draw.h"

namespace proxnet {

template <class T>
void Parameters<T>::initialise(std::size_t inputs, const std::vector<Layer>& layers, std::uint64_t seed) {
  for (const Layer& layer : layers) {
    const Dense* spec = std::get_if<Dense>(&layer);
    if (!spec) continue;
    DenseParameters<T> d;
    d.kernel = Panels<T>(inputs, spec->units);
    d.bias = Buffer<T>(round_up(spec->units, kPanel<T>));
    const auto drawn = [&](const Initializer& initializer, bool bias) {
      const std::size_t array = 2 * dense.size() + (bias ? 1 : 0);
      return draw_weights<T>(initializer, bias, inputs, spec->units, Random(seed, kWeightStream, array));
    };
    d.kernel.pack(drawn(spec->kernel_initializer, false).data(), spec->units);
    if (spec->use_bias) {
      const std::vector<T> bias = drawn(spec->bias_initializer, true);
      std::memcpy(d.bias.data(), bias.data(), bias.size() * sizeof(T));
    }
    inputs = spec->units;
    dense.push_back(std::move(d));
  }
}

template <class T> void Parameters<T>::reset_state(const Optimizer& optimizer) {
  progress = {};
  const std::size_t count = static_cast<std::size_t>(optimizer_state_count(optimizer));
  for (DenseParameters<T>& d : dense) {
    d.kernel_state.clear();
    d.bias_state.clear();
    for (std::size_t i = 0; i < count; ++i) {
      d.kernel_state.emplace_back(d.kernel.values.size());
      d.bias_state.emplace_back(d.bias.size());
      const T start = static_cast<T>(optimizer_state_start(optimizer, static_cast<int>(i)));
      std::fill_n(d.kernel_state.back().data(), d.kernel_state.back().size(), start);
      std::fill_n(d.bias_state.back().data(), d.bias_state.back().size(), start);
    }
  }
}

template <class T> bool Parameters<T>::all_finite() const {
  const auto& k = kernels<T>();
  const auto finite = [&](const Buffer<T>& x) { return k.all_finite(x.size(), x.data()); };
  const auto all = [&](const std::vector<Buffer<T>>& arrays) {
    return std::all_of(arrays.begin(), arrays.end(), finite);
  };
  return std::all_of(dense.begin(), dense.end(), [&](const DenseParameters<T>& d) {
    return finite(d.kernel.values) && finite(d.bias) && all(d.kernel_state) && all(d.bias_state);
  });
}

template struct Parameters<float>;
template struct Parameters<double>;

}  // namespace proxnet
