// Rows through a network's snapshot without training: predict and evaluate share it.
#pragma once

#include <functional>

#include "layers/normalization.h"
#include "network/network_impl.h"
#include "ops/activations.h"

namespace proxnet {

// Rows taken at once: a multiple of every register tile, small enough for the L2 cache.
constexpr std::size_t kInferenceRows = 96;

// Buffers of one thread for blocks of kInferenceRows rows.
template <class T> class Inference {
 public:
  Inference(const NetworkImpl<T>& network, const Parameters<T>& parameters, std::size_t rows);
  // The output of `rows` rows of x, or the logits of the last layer: valid until the next call.
  // `pause()` is called between pieces of long work.
  // Where `activity` is given it becomes the sum of the activity penalties over the rows.
  Activations<T>& forward(std::size_t rows, RowPanels<const T> x, bool logits, const std::function<void()>& pause,
                          double* activity = nullptr);

 private:
  // One of the layers that do something in inference, with its own output.
  struct Step {
    const Layer* layer;
    std::size_t index;  // of a dense layer, or of one with an affine
    Activations<T> output;
    Buffer<T> memory;  // of the affine
    Affine<T> affine;
    Activity activity;
  };
  const Parameters<T>& parameters_;
  std::vector<Step> steps_;
};

// Threads worth starting for rows through this network: a team must have some 50 us of work each.
template <class T> int inference_threads(const Parameters<T>& parameters, std::size_t rows);

}  // namespace proxnet
