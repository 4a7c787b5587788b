// Initial weights and state, and loops over all arrays.
#include "layers/parameters.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "layers/initializer_draw.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

// Random streams of normalization layers begin here, above those of 2^31 dense layers.
constexpr std::uint64_t kNormStreams = std::uint64_t{1} << 32;

template <class T>
NormParameters<T> initial_norm(const BatchNormalization& layer, std::size_t cols, std::uint64_t seed,
                               std::size_t index) {
  const auto drawn = [&](const Initializer& initializer, std::uint64_t which) {
    const Random random(seed, kWeightStream, kNormStreams + 4 * index + which);
    const std::vector<T> values = draw_weights<T>(initializer, true, cols, cols, random);
    Buffer<T> out(round_up(cols, kPanel<T>));
    std::copy(values.begin(), values.end(), out.data());
    return out;
  };
  NormParameters<T> p;
  p.cols = cols;
  if (layer.scale) p.gamma = drawn(layer.gamma_initializer, 0);
  if (layer.center) p.beta = drawn(layer.beta_initializer, 1);
  p.mean = drawn(layer.moving_mean_initializer, 2);
  p.variance = drawn(layer.moving_variance_initializer, 3);
  for (std::size_t j = 0; j < cols; ++j)
    check(p.variance[j] >= 0,
          "[BatchNormalization] moving_variance_initializer must not give negative numbers, it gave ", p.variance[j]);
  return p;
}

template <class T> NormParameters<T> initial_norm(const Normalization& layer, std::size_t cols) {
  const std::size_t padded = round_up(cols, kPanel<T>);
  NormParameters<T> p;
  p.cols = cols, p.mean = Buffer<T>(padded), p.variance = Buffer<T>(padded);
  for (std::size_t j = 0; j < cols; ++j) {
    p.mean[j] = layer.mean.empty() ? T(0) : static_cast<T>(layer.mean[j]);
    p.variance[j] = layer.mean.empty() ? T(1) : static_cast<T>(layer.variance[j]);
  }
  return p;
}

}  // namespace

template <class T>
void Parameters<T>::initialise(std::size_t inputs, const std::vector<Layer>& layers, std::uint64_t seed) {
  for (const Layer& layer : layers) {
    if (const auto* norm = std::get_if<BatchNormalization>(&layer))
      norms.push_back(initial_norm<T>(*norm, inputs, seed, norms.size()));
    if (const auto* norm = std::get_if<Normalization>(&layer)) norms.push_back(initial_norm<T>(*norm, inputs));
    if (const auto* selection = std::get_if<ColumnSelection>(&layer)) inputs = selection->columns.size();
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

template <class T> void Parameters<T>::reset_state(const Optimizer& optimizer, const std::vector<Layer>& layers) {
  progress = {};
  const std::size_t count = static_cast<std::size_t>(optimizer_state_count(optimizer));
  const auto reset = [&](std::vector<Buffer<T>>& state, const Buffer<T>& weights, bool trainable) {
    state.clear();
    for (std::size_t i = 0; trainable && i < count; ++i) {
      state.emplace_back(weights.size());
      std::fill_n(state.back().data(), weights.size(),
                  static_cast<T>(optimizer_state_start(optimizer, static_cast<int>(i))));
    }
  };
  auto d = dense.begin();
  auto n = norms.begin();
  for (const Layer& layer : layers) {
    if (const auto* spec = std::get_if<Dense>(&layer)) {
      reset(d->kernel_state, d->kernel.values, spec->trainable);
      reset(d->bias_state, d->bias, spec->trainable);
      ++d;
    } else if (const auto* norm = std::get_if<BatchNormalization>(&layer)) {
      reset(n->gamma_state, n->gamma, norm->trainable);
      reset(n->beta_state, n->beta, norm->trainable);
      ++n;
    } else if (std::holds_alternative<Normalization>(layer)) {
      ++n;
    }
  }
}

template <class T> Buffer<T>& Parameters<T>::array(std::size_t array) {
  if (is_kernel(array)) return dense[array / 2].kernel.values;
  if (array < 2 * dense.size()) return dense[array / 2].bias;
  NormParameters<T>& norm = norms[array / 2 - dense.size()];
  return array % 2 == 0 ? norm.gamma : norm.beta;
}

template <class T> std::vector<Buffer<T>>& Parameters<T>::state(std::size_t array) {
  if (is_kernel(array)) return dense[array / 2].kernel_state;
  if (array < 2 * dense.size()) return dense[array / 2].bias_state;
  NormParameters<T>& norm = norms[array / 2 - dense.size()];
  return array % 2 == 0 ? norm.gamma_state : norm.beta_state;
}

template <class T> bool Parameters<T>::all_finite() const {
  const auto finite = [&](const Buffer<T>& x) {
    std::atomic<bool> all = true;
    constexpr std::size_t kLeast = 1 << 19;  // numbers per thread, at least
    parallel_for(team_threads(), x.size(), kLeast, [&](std::size_t first, std::size_t last) {
      if (!kernels<T>().all_finite(last - first, x.data() + first)) all.store(false, std::memory_order_relaxed);
    });
    return all.load();
  };
  const auto all = [&](const std::vector<Buffer<T>>& arrays) {
    return std::all_of(arrays.begin(), arrays.end(), finite);
  };
  return std::all_of(dense.begin(), dense.end(),
                     [&](const DenseParameters<T>& d) {
                       return finite(d.kernel.values) && finite(d.bias) && all(d.kernel_state) && all(d.bias_state);
                     }) &&
         std::all_of(norms.begin(), norms.end(), [&](const NormParameters<T>& n) {
           return finite(n.gamma) && finite(n.beta) && finite(n.mean) && finite(n.variance) && all(n.gamma_state) &&
                  all(n.beta_state);
         });
}

template <class T> bool Parameters<T>::same_shape(const Parameters& other) const {
  const auto alike = [](const Buffer<T>& a, const Buffer<T>& b) { return a.size() == b.size(); };
  const auto all = [&](const std::vector<Buffer<T>>& a, const std::vector<Buffer<T>>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), alike);
  };
  return ramps.size() == other.ramps.size() &&
         std::equal(dense.begin(), dense.end(), other.dense.begin(), other.dense.end(),
                    [&](const DenseParameters<T>& a, const DenseParameters<T>& b) {
                      return alike(a.kernel.values, b.kernel.values) && alike(a.bias, b.bias) &&
                             alike(a.latent, b.latent) && all(a.kernel_state, b.kernel_state) &&
                             all(a.bias_state, b.bias_state);
                    }) &&
         std::equal(norms.begin(), norms.end(), other.norms.begin(), other.norms.end(),
                    [&](const NormParameters<T>& a, const NormParameters<T>& b) {
                      return alike(a.gamma, b.gamma) && alike(a.beta, b.beta) && alike(a.mean, b.mean) &&
                             alike(a.variance, b.variance) && all(a.gamma_state, b.gamma_state) &&
                             all(a.beta_state, b.beta_state);
                    });
}

template struct Parameters<float>;
template struct Parameters<double>;

}  // namespace proxnet
