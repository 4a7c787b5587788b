// First every normalization into the layer behind it, from the last to the first; then the others into the layer in
// front, from the first to the last.
#include "network/norm_folding.h"

#include <cmath>
#include <memory>

#include "layers/normalization.h"
#include "proxnet/error.h"

namespace proxnet {

namespace {

bool is_norm(const Layer& layer) {
  return std::holds_alternative<BatchNormalization>(layer) || std::holds_alternative<Normalization>(layer);
}

// A dense layer in double precision: kernel[i * cols + j].
struct WideDense {
  std::size_t rows, cols;
  std::vector<double> kernel, bias;
};

// z = scale x + shift
struct WideAffine {
  std::vector<double> scale, shift;
};

template <class T> WideDense widened(const DenseParameters<T>& from) {
  WideDense dense{from.kernel.rows, from.kernel.cols, {}, {}};
  for (std::size_t i = 0; i < dense.rows; ++i)
    for (std::size_t j = 0; j < dense.cols; ++j)
      dense.kernel.push_back(static_cast<double>(from.kernel.at(j / kPanel<T>, i)[j % kPanel<T>]));
  for (std::size_t j = 0; j < dense.cols; ++j) dense.bias.push_back(static_cast<double>(from.bias[j]));
  return dense;
}

template <class T> WideAffine widened(const Layer& layer, const NormParameters<T>& from) {
  Buffer<T> memory(affine_size<T>(from.cols));
  const Affine<T> a = fixed_affine(layer, from, memory.data());
  WideAffine affine;
  for (std::size_t j = 0; j < from.cols; ++j) {
    const double scale = static_cast<double>(a.scale[j]);
    affine.scale.push_back(scale);
    affine.shift.push_back(static_cast<double>(a.shift[j]) - static_cast<double>(a.mean[j]) * scale);
  }
  return affine;
}

void fold_into_next(const WideAffine& affine, WideDense& dense) {
  for (std::size_t i = 0; i < dense.rows; ++i)
    for (std::size_t j = 0; j < dense.cols; ++j) {
      double& w = dense.kernel[i * dense.cols + j];
      dense.bias[j] += affine.shift[i] * w;
      w *= affine.scale[i];
    }
}

void fold_into_previous(const WideAffine& affine, WideDense& dense) {
  for (std::size_t j = 0; j < dense.cols; ++j) {
    for (std::size_t i = 0; i < dense.rows; ++i) dense.kernel[i * dense.cols + j] *= affine.scale[j];
    dense.bias[j] = affine.scale[j] * dense.bias[j] + affine.shift[j];
  }
}

template <class T> T narrowed(double value) {
  const T number = static_cast<T>(value) + T(0);  // zeros are +0.0
  if (!std::isfinite(number))
    throw InvalidInput("[compact] weights must be finite after a normalization is folded in, got " +
                       std::to_string(value));
  return number;
}

template <class T> void narrow(const WideDense& from, DenseParameters<T>& to) {
  for (std::size_t i = 0; i < from.rows; ++i)
    for (std::size_t j = 0; j < from.cols; ++j)
      to.kernel.at(j / kPanel<T>, i)[j % kPanel<T>] = narrowed<T>(from.kernel[i * from.cols + j]);
  for (std::size_t j = 0; j < from.cols; ++j) to.bias[j] = narrowed<T>(from.bias[j]);
}

}  // namespace

template <class T> FoldedNorms<T> fold_norms(const std::vector<Layer>& layers, const Parameters<T>& parameters) {
  std::vector<std::size_t> index;  // in parameters.dense or parameters.norms
  std::vector<WideDense> dense;
  for (std::size_t norms = 0; const Layer& layer : layers) {
    const bool is_dense = std::holds_alternative<Dense>(layer);
    index.push_back(is_dense ? dense.size() : norms);
    if (is_dense) dense.push_back(widened(parameters.dense[dense.size()]));
    norms += is_norm(layer);
  }
  std::vector<bool> folded(layers.size()), changed(dense.size());
  const auto passed = [&](std::size_t l) { return folded[l] || std::holds_alternative<Dropout>(layers[l]); };
  for (std::size_t l = layers.size(); l-- > 0;) {
    if (!is_norm(layers[l])) continue;
    std::size_t next = l + 1;
    while (next < layers.size() && passed(next)) ++next;
    if (next == layers.size() || !std::holds_alternative<Dense>(layers[next])) continue;
    fold_into_next(widened(layers[l], parameters.norms[index[l]]), dense[index[next]]);
    folded[l] = changed[index[next]] = true;
  }
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (!is_norm(layers[l]) || folded[l]) continue;
    std::size_t end = l;
    while (end > 0 && passed(end - 1)) --end;
    const Dense* previous = end > 0 ? std::get_if<Dense>(&layers[end - 1]) : nullptr;
    if (!previous || !(previous->activation == Activation::kLinear)) continue;
    fold_into_previous(widened(layers[l], parameters.norms[index[l]]), dense[index[end - 1]]);
    folded[l] = changed[index[end - 1]] = true;
  }

  FoldedNorms<T> result;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (folded[l]) continue;
    result.kept.push_back(l);
    result.layers.push_back(layers[l]);
    if (is_norm(layers[l])) {
      NormParameters<T> norm = parameters.norms[index[l]];
      norm.gamma_state.clear(), norm.beta_state.clear();
      result.parameters.norms.push_back(std::move(norm));
    } else if (auto* spec = std::get_if<Dense>(&result.layers.back())) {
      const DenseParameters<T>& from = parameters.dense[index[l]];
      DenseParameters<T> to{from.kernel, from.bias, {}, {}, {}, {}};
      if (changed[index[l]]) narrow(dense[index[l]], to), spec->use_bias = true;
      result.parameters.dense.push_back(std::move(to));
    }
  }
  return result;
}

template FoldedNorms<float> fold_norms(const std::vector<Layer>&, const Parameters<float>&);
template FoldedNorms<double> fold_norms(const std::vector<Layer>&, const Parameters<double>&);

}  // namespace proxnet
