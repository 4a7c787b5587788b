// Initial weights by Keras' distributions, drawn in row-major order: equal seeds give equal bits on any machine size.
#include "parameters.h"

#include <algorithm>
#include <cmath>

#include "runtime/random.h"

namespace proxnet {

namespace {

// Draws rows x cols numbers of an initializer into `out`, row-major.
template <class T>
void draw(Initializer initializer, std::size_t rows, std::size_t cols, const Random& random, std::vector<T>& out) {
  const double in = static_cast<double>(rows), sum = static_cast<double>(rows + cols);
  // A normal cut at two deviations has the deviation 0.8796 of the uncut one (Keras' constant).
  constexpr double kCut = 0.87962566103423978;
  for (std::size_t i = 0; i < out.size(); ++i) {
    double x = 0;
    switch (initializer) {
      case Initializer::kZeros:
        break;
      case Initializer::kOnes:
        x = 1;
        break;
      case Initializer::kGlorotUniform:
        x = std::sqrt(6 / sum) * (2 * random.uniform(i) - 1);
        break;
      case Initializer::kHeUniform:
        x = std::sqrt(6 / in) * (2 * random.uniform(i) - 1);
        break;
      case Initializer::kGlorotNormal:
        x = std::sqrt(2 / sum) / kCut * random.truncated_normal(i);
        break;
      case Initializer::kHeNormal:
        x = std::sqrt(2 / in) / kCut * random.truncated_normal(i);
        break;
    }
    out[i] = static_cast<T>(x);
  }
}

}  // namespace

template <class T>
void Parameters<T>::initialise(std::size_t inputs, const std::vector<Layer>& layers, std::uint64_t seed) {
  for (const Layer& layer : layers) {
    const Dense* spec = std::get_if<Dense>(&layer);
    if (!spec) continue;
    DenseParameters<T> d;
    d.kernel = Panels<T>(inputs, spec->units);
    d.bias = Buffer<T>(round_up(spec->units, kPanel<T>));
    std::vector<T> values(inputs * spec->units);
    draw(spec->kernel_initializer, inputs, spec->units, Random(seed, kWeightStream, 2 * dense.size()), values);
    d.kernel.pack(values.data(), spec->units);
    if (spec->use_bias) {
      std::vector<T> bias(spec->units);
      draw(spec->bias_initializer, 1, spec->units, Random(seed, kWeightStream, 2 * dense.size() + 1), bias);
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
