// Inputs through a layer's sparse weights: one row by output or by input, and a block of rows by output.
#pragma once

#include "layer_product.h"
#include "vec.h"

namespace {

// By output: kSlice chains side by side, 0.3 ns a weight where a vector gather takes 0.38 (Zen 4).
template <class T> void sliced_row(const proxnet::SlicedWeights<T>& w, T floor, const T* x, T* out) {
  constexpr std::size_t kSlice = proxnet::kSlice;
  for (std::size_t s = 0; s < w.slices; ++s) {
    T sum[kSlice] = {};
    for (std::size_t e = w.begin[s]; e < w.begin[s + 1]; e += kSlice)
#pragma GCC unroll 8
      for (std::size_t i = 0; i < kSlice; ++i) sum[i] = fma(x[w.input[e + i]], w.value[e + i], sum[i]);
    for (std::size_t i = 0; i < kSlice; ++i) {
      const unsigned j = w.output[s * kSlice + i];
      if (j < w.outputs) out[j] = max(sum[i] + w.bias[j], floor);
    }
  }
}

// The offsets of a vector's lanes in its window; bits above the lowest log2(kLanes) do not count.
template <class T> PROXNET_INLINE IntVec<T> window_offsets(const unsigned* code) {
  constexpr int kWords = kLanes<T> / 8;
  IntVec<T> shift, words;
  for (int l = 0; l < kLanes<T>; ++l) shift[l] = l / kWords * 4;
  if constexpr (kWords == 2) {
    long long both;
    __builtin_memcpy(&both, code, sizeof both);
    words = (IntVec<T>)(both - VecI64{});
  } else {
    words = static_cast<typename VecTraits<T>::Scalar>(*code) - IntVec<T>{};
  }
  return words >> shift;
}

// By windows: one permutation of a window takes the inputs of a vector of outputs. At 90 % zeros half of the lanes have
// a weight, and a weight takes half the time of sliced_row.
template <class T> void windowed_row(const proxnet::WindowedWeights<T>& w, T floor, const T* x, T* out) {
  if constexpr (kLanes<T> >= 8) {
    constexpr std::size_t kVectors = proxnet::kWindowVectors, kN = kLanes<T>;
    for (std::size_t g = 0; g < w.groups; ++g) {
      Vec<T> sum[kVectors] = {};
      for (std::size_t s = w.begin[g]; s < w.begin[g + 1]; ++s)
#pragma GCC unroll 4
        for (std::size_t v = 0; v < kVectors; ++v) {
          const std::size_t e = s * kVectors + v;
          const Vec<T> window = load(x + w.first[e]);
          sum[v] = fma(lookup<T>(window, window_offsets<T>(w.code + e * (kN / 8))), load(w.value + e * kN), sum[v]);
        }
      for (std::size_t v = 0; v < kVectors; ++v)
        for (std::size_t l = 0; l < kN; ++l) {
          const unsigned j = w.output[(g * kVectors + v) * kN + l];
          out[j] = max(sum[v][l] + w.bias[j], floor);
        }
    }
  }
}

// By input: only the weights of the listed inputs are read.
template <class T>
void listed_row(const proxnet::ListedWeights<T>& w, T floor, std::size_t count, const unsigned* input, const T* value,
                T* out) {
  for (std::size_t j = 0; j < w.outputs; ++j) out[j] = 0;
  for (std::size_t s = 0; s < count; ++s)
    for (std::size_t e = w.begin[input[s]], end = w.begin[input[s] + 1]; e < end; ++e)
      out[w.output[e]] = fma(value[s], w.value[e], out[w.output[e]]);
  for (std::size_t j = 0; j < w.outputs; ++j) out[j] = max(out[j] + w.bias[j], floor);
}

// kRowGroup rows, input k of row r at x[k * kRowGroup + r], output j at out[j * kRowGroup + r].
template <class T> void sliced_block(const proxnet::SlicedWeights<T>& w, T floor, const T* x, T* out) {
  constexpr std::size_t kSlice = proxnet::kSlice, kRows = proxnet::kRowGroup<T>;
  constexpr int kVecs = static_cast<int>(kRows) / kLanes<T>, kPair = 2;
  for (std::size_t s = 0; s < w.slices; ++s)
    for (std::size_t i = 0; i < kSlice; i += kPair) {
      const unsigned* output = w.output + s * kSlice + i;
      if (output[0] >= w.outputs) break;  // padding stands last
      Vec<T> sum[kPair][kVecs] = {};
      for (std::size_t e = w.begin[s] + i; e < w.begin[s + 1]; e += kSlice)
#pragma GCC unroll 2
        for (int o = 0; o < kPair; ++o) {
          const T* row = x + w.input[e + static_cast<std::size_t>(o)] * kRows;
          const Vec<T> value = splat(w.value[e + static_cast<std::size_t>(o)]);
#pragma GCC unroll 16
          for (int v = 0; v < kVecs; ++v) sum[o][v] = fma(value, load(row + v * kLanes<T>), sum[o][v]);
        }
      for (int o = 0; o < kPair; ++o) {
        const unsigned j = output[o];
        if (j >= w.outputs) break;
        const Vec<T> bias = splat(w.bias[j]), low = splat(floor);
        for (int v = 0; v < kVecs; ++v) store(out + j * kRows + v * kLanes<T>, max(sum[o][v] + bias, low));
      }
    }
}

}  // namespace
