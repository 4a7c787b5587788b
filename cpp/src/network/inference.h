// The forward pass of predict() and evaluate().
#pragma once

#include <functional>

#include "layers/normalization.h"
#include "network/network_impl.h"
#include "ops/activations.h"

namespace proxnet {

// Rows per block: a multiple of every register tile, small enough for the L2 cache.
constexpr std::size_t kInferenceRows = 96;

// One thread's buffers for blocks of kInferenceRows rows.
template <class T> class Inference {
 public:
  Inference(const NetworkImpl<T>& network, const Parameters<T>& parameters, std::size_t rows);
  // The output for `rows` rows of x, or the logits of the last layer; valid until the next call. Calls pause() between
  // pieces of long work. *activity += the activity penalties of the rows, unless null.
  Activations<T>& forward(std::size_t rows, RowPanels<const T> x, bool logits, const std::function<void()>& pause,
                          double* activity = nullptr);

 private:
  // A layer with its output; Dropout has none.
  struct Step {
    const Layer* layer;
    std::size_t index;  // in Parameters::dense
    Activations<T> output;
    Buffer<T> memory;  // of the affine
    Affine<T> affine;
    Activity activity;
  };
  const Parameters<T>& parameters_;
  std::vector<Step> steps_;
};

// The number of threads for a forward pass: each must have some 50 us of work.
template <class T> int inference_threads(const Parameters<T>& parameters, std::size_t rows);

}  // namespace proxnet
