// What the products of a frozen layer work on: y = max(x W + b, floor), W dense or sparse, one row of x or a block.
// Every form computes y[j] as one fma chain from +0.0 over increasing inputs, the bias last: the same bits as
// gemm_panel.
#pragma once

#include <cstddef>

#include "gemm_panel.h"

namespace proxnet {

// Outputs of a slice, and rows of a group.
constexpr std::size_t kSlice = 8;
template <class T> constexpr std::size_t kRowGroup = 128 / sizeof(T);

// One row through dense weights in panels: out[j] = sum over s < count of x[s] W[input[s]][j]; `input` null: s itself.
// `out` and `bias` are padded to whole panels, b_panel is the distance of two panels.
template <class T> struct RowProduct {
  std::size_t count;
  const T* x;
  const unsigned* input;
  const T* b;
  std::size_t panels;
  std::ptrdiff_t b_panel;
  const T* bias;
  T floor;
  T* out;
};

// Sparse weights by output: slices of kSlice outputs, entry t of output i of slice s at begin[s] + t * kSlice + i, in
// the order of the inputs and padded with weights of zero at input 0. `output` holds kSlice numbers a slice; those of
// `outputs` and beyond are padding.
template <class T> struct SlicedWeights {
  std::size_t slices, outputs;
  const std::size_t* begin;  // slices + 1
  const unsigned *input, *output;
  const T *value, *bias;
};

// Sparse weights by output for one row, in windows of x as wide as a vector of `lanes` elements. Steps [begin[g],
// begin[g + 1]) belong to group g of kWindowVectors vectors of outputs. In a step, vector v, e = step * kWindowVectors
// + v, reads the window x[first[e]] ... and its lane l adds window[offset] * value[e * lanes + l] to output output[(g *
// kWindowVectors + v) * lanes + l]. The offset is four bits of word e * kCodeWords + l % kCodeWords of `code`, from bit
// l / kCodeWords * 4 on, where kCodeWords = lanes / 8. Inputs increase from step to step; a lane that has no weight in
// a window has a value of zero. `out` and `bias` are padded to whole panels.
constexpr std::size_t kWindowVectors = 2;
template <class T> struct WindowedWeights {
  std::size_t groups;
  const std::size_t* begin;  // groups + 1
  const unsigned *first, *code, *output;
  const T *value, *bias;
};

// Sparse weights by input: entries [begin[k], begin[k + 1]) belong to input k, in any order of their outputs.
template <class T> struct ListedWeights {
  std::size_t outputs;
  const std::size_t* begin;
  const unsigned* output;
  const T *value, *bias;
};

}  // namespace proxnet
