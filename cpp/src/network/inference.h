// The forward pass of predict() and evaluate().
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>

#include "layers/normalization.h"
#include "network/network_impl.h"
#include "ops/activations.h"
#include "runtime/dispatch.h"
#include "runtime/poller.h"
#include "runtime/team.h"

namespace proxnet {

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

// Throws InvalidInput "[predict] ..." unless x and out have the same rows, and their columns are these.
template <class T>
void check_shapes(std::size_t inputs, std::size_t outputs, ConstMatrixView<T> x, MatrixView<T> out) {
  check(x.cols == inputs, "[predict] x must have ", inputs, " columns, got ", x.cols);
  check(out.rows == x.rows && out.cols == outputs, "[predict] out must have shape (", x.rows, ", ", outputs, "), got (",
        out.rows, ", ", out.cols, ")");
}

// All rows of x on so many threads at most, in blocks of kInferenceRows. Each thread calls make() for its own f, then
// f(first row, rows of x, pause) per block. With `check_finite`, throws InvalidInput "[predict] ..." where x is not
// finite, which is checked block by block.
template <class T, class Make>
void predict_blocks(ConstMatrixView<T> x, int threads, bool check_finite, const std::function<bool()>& poll,
                    Make&& make) {
  std::atomic<bool> finite{true};
  const auto& k = kernels<T>();
  const std::size_t blocks = (x.rows + kInferenceRows - 1) / kInferenceRows;
  run_team(static_cast<int>(std::min<std::size_t>(blocks, static_cast<std::size_t>(threads))), [&](Member& member) {
    auto f = make();
    Poller poller(poll, "[predict]");
    const auto pause = [&] {
      if (member.rank == 0) poller();
      member.checkpoint();
    };
    for (std::size_t b = member.begin(blocks); b < member.end(blocks); ++b) {
      const std::size_t row = b * kInferenceRows, rows = std::min(kInferenceRows, x.rows - row);
      for (std::size_t r = 0; check_finite && finite && r < rows; ++r)
        if (!k.all_finite(x.cols, x.row(row + r))) finite = false;
      if (!finite) break;
      f(row, ConstMatrixView<T>(x.row(row), rows, x.cols, x.stride), pause);
      pause();
    }
  });
  if (!finite) DenseRows<T>(x).check_finite("[predict]", "x");
}

// The number of threads for a forward pass: each must have some 50 us of work.
template <class T> int inference_threads(const Parameters<T>& parameters, std::size_t rows);

}  // namespace proxnet
