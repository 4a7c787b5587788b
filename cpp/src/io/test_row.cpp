// The test row, and a forward pass in double that carries a bound along.
#include "io/test_row.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "layers/normalization.h"

namespace proxnet {

std::vector<std::uint8_t> test_row(std::size_t inputs) {
  std::vector<std::uint8_t> row(inputs);
  for (std::size_t j = 0; j < inputs; ++j)  // multiples of the golden ratio, modulo 1, are spread evenly
    row[j] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(j + 1) * 2654435769u >> 24);
  return row;
}

template <class T> std::vector<T> test_inputs(const std::uint8_t* row, std::size_t inputs) {
  std::vector<T> x(inputs);
  for (std::size_t j = 0; j < inputs; ++j) x[j] = static_cast<T>((row[j] - 128) / 64.0);
  return x;
}

namespace {

// Values h in double and bounds e on their error, column by column.
struct Bounded {
  std::vector<double> h, e;
};

template <class T> Bounded through_dense(const DenseParameters<T>& p, const Bounded& x, double eps) {
  const std::size_t outputs = p.kernel.cols, inputs = p.kernel.rows;
  Bounded z{std::vector<double>(outputs), std::vector<double>(outputs)};
  for (std::size_t o = 0; o < outputs; ++o) {
    double sum = static_cast<double>(p.bias[o]), size = std::abs(sum), error = 0;
    const T* w = p.kernel.at(o / kPanel<T>, 0) + o % kPanel<T>;
    for (std::size_t i = 0; i < inputs; ++i, w += kPanel<T>) {
      const double weight = static_cast<double>(*w), magnitude = std::abs(weight);
      sum += weight * x.h[i];
      size += magnitude * (std::abs(x.h[i]) + x.e[i]), error += magnitude * x.e[i];
    }
    z.h[o] = sum, z.e[o] = error + static_cast<double>(inputs + 2) * eps * size;
  }
  return z;
}

template <class T> void through_affine(const Affine<T>& a, Bounded& x, double eps) {
  for (std::size_t j = 0; j < x.h.size(); ++j) {
    const double mean = static_cast<double>(a.mean[j]), scale = static_cast<double>(a.scale[j]);
    const double shift = static_cast<double>(a.shift[j]);
    const double size = std::abs(scale) * (std::abs(x.h[j]) + x.e[j] + std::abs(mean)) + std::abs(shift);
    x.e[j] = std::abs(scale) * x.e[j] + 4 * eps * size;
    x.h[j] = (x.h[j] - mean) * scale + shift;
  }
}

// The largest slope where there is one for all x.
double slope_of(const Activation& activation) {
  switch (activation.kind) {
    case Activation::kLeakyRelu:
    case Activation::kClippedRelu:
    case Activation::kElu:
      return std::max(1.0, activation.parameter);
    case Activation::kSelu:
      return 1.76;
    case Activation::kGelu:
    case Activation::kGeluTanh:
    case Activation::kSilu:
    case Activation::kMish:
      return 1.13;
    case Activation::kLogSoftmax:
      return 2;  // times the largest e: log softmax is 2-Lipschitz in the maximum norm, softmax 1/2
    default:
      return 1;
  }
}

void through_activation(const Activation& activation, Bounded& x, double eps) {
  if (activation == Activation::kLinear) return;
  if (activation == Activation::kSoftmax || activation == Activation::kLogSoftmax)
    std::fill(x.e.begin(), x.e.end(), *std::max_element(x.e.begin(), x.e.end()));
  const std::vector<double> z = x.h;
  apply<double>(activation, {z.data(), 1, z.size()}, {x.h.data(), 1, z.size()});
  for (std::size_t j = 0; j < z.size(); ++j) {
    const double slope = slope_of(activation);
    // exp(z + e) - exp(z) <= exp(z) (exp(e) - 1)
    const double moved = activation == Activation::kExponential ? x.h[j] * std::expm1(x.e[j]) : slope * x.e[j];
    x.e[j] = moved + 8 * eps * slope * (1 + std::abs(z[j])) * (1 + std::abs(x.h[j]));
  }
}

}  // namespace

template <class T>
std::vector<double> rounding_bound(const std::vector<Layer>& layers, const Parameters<T>& parameters,
                                   const std::vector<T>& x) {
  constexpr double kEps = std::numeric_limits<T>::epsilon();
  Bounded now{{x.begin(), x.end()}, std::vector<double>(x.size())};
  std::size_t dense = 0, norm = 0;
  for (const Layer& layer : layers) {
    if (const auto* spec = std::get_if<Dense>(&layer)) {
      now = through_dense(parameters.dense[dense++], now, kEps);
      through_activation(spec->activation, now, kEps);
    } else if (const auto* activation = std::get_if<ActivationLayer>(&layer)) {
      through_activation(activation->activation, now, kEps);
    } else if (const auto* selection = std::get_if<ColumnSelection>(&layer)) {
      Bounded selected;
      for (const std::size_t column : selection->columns)
        selected.h.push_back(now.h[column]), selected.e.push_back(now.e[column]);
      now = std::move(selected);
    } else if (std::holds_alternative<BatchNormalization>(layer) || std::holds_alternative<Normalization>(layer)) {
      Buffer<T> memory(affine_size<T>(now.h.size()));
      through_affine(fixed_affine(layer, parameters.norms[norm++], memory.data()), now, kEps);
    }
  }
  for (double& e : now.e) e *= 2;  // each of two predictions differs from the exact one by at most e
  return now.e;
}

template std::vector<float> test_inputs(const std::uint8_t*, std::size_t);
template std::vector<double> test_inputs(const std::uint8_t*, std::size_t);
template std::vector<double> rounding_bound(const std::vector<Layer>&, const Parameters<float>&,
                                            const std::vector<float>&);
template std::vector<double> rounding_bound(const std::vector<Layer>&, const Parameters<double>&,
                                            const std::vector<double>&);

}  // namespace proxnet
