// Activation functions; formulas and defaults are Keras'.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "proxnet/error.h"
#include "proxnet/matrix.h"

namespace proxnet {

struct Activation {
  enum Kind {
    kLinear,
    kRelu,
    kSigmoid,
    kTanh,
    kSoftmax,      // e^x / sum e^x over the outputs of a row
    kLeakyRelu,    // x < 0 ? parameter * x : x
    kClippedRelu,  // min(leaky_relu(x), ceiling): relu6 with the defaults
    kElu,          // x < 0 ? parameter (e^x - 1) : x
    kSelu,
    kSoftplus,     // log(1 + e^x)
    kSoftsign,     // x / (1 + |x|)
    kHardSigmoid,  // x / 6 + 1/2 clipped to [0, 1]
    kExponential,
    kLogSoftmax,  // log softmax(x)
    kGelu,        // x P(Z <= x), Z standard normal
    kGeluTanh,    // gelu approximated by tanh
    kSilu,        // x sigmoid(x)
    kMish,        // x tanh(softplus(x))
  };
  Kind kind = kLinear;
  double parameter = 0;
  double ceiling = 6;

  constexpr Activation(Kind k = kLinear) : kind(k), parameter(k == kLeakyRelu ? 0.2 : k == kElu ? 1 : 0) {}
  constexpr Activation(Kind k, double p, double most = 6) : kind(k), parameter(p), ceiling(most) {}
  friend constexpr bool operator==(const Activation& a, Kind k) { return a.kind == k; }
};
constexpr Activation leaky_relu(double negative_slope = 0.2) { return {Activation::kLeakyRelu, negative_slope}; }
constexpr Activation clipped_relu(double ceiling = 6, double negative_slope = 0) {
  return {Activation::kClippedRelu, negative_slope, ceiling};
}
constexpr Activation elu(double alpha = 1) { return {Activation::kElu, alpha}; }

// The kinds' names in their order, such as "relu"; and the kind of a name, if it is one of them.
PROXNET_EXPORT std::span<const std::string_view> activation_names();
PROXNET_EXPORT std::optional<Activation::Kind> activation_kind(std::string_view name);

// Throws InvalidInput for a parameter out of range, or softmax with one unit, whose output is constant.
PROXNET_EXPORT void check_activation(const Activation& activation, std::size_t units, const char* operation);

// out = activation(x), of equal shapes. out may be x.
template <class T>
PROXNET_EXPORT void apply(const Activation& activation, ConstMatrixView<T> x, MatrixView<T> out);

}  // namespace proxnet
