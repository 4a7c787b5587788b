// A layer at work on one batch: its output and gradient, forward and backward on a range of rows. Rows are independent,
// except in layers that reduce over the batch: between those a thread takes its rows through the layers without
// waiting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "layers/activity.h"
#include "layers/parameters.h"
#include "ops/activations.h"
#include "ops/active_columns.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"

namespace proxnet {

struct RowRange {
  std::size_t first = 0, last = 0;
  std::size_t count() const { return last - first; }
};

// Memory of one thread, shared by its layers.
template <class T> struct Scratch {
  Buffer<T> panel;
  std::vector<GemmStep> steps;
};

// The arguments of a step. Layers call `pause` between pieces of long work.
template <class T> struct StepContext {
  const KernelTable<T>& k;
  const Parameters<T>& parameters;
  std::uint64_t dropout_key = 0;
  std::uint64_t first_position = 0;  // of the batch's first row in the epoch
  Scratch<T>* scratch = nullptr;     // this thread's
  void (*pause)(void*) = nullptr;
  void* pause_context = nullptr;
  T inverse_rows = 1;  // 1 / rows of the batch
  std::uint64_t epoch = 0;
};

template <class T> class LayerRun {
 public:
  virtual ~LayerRun() = default;
  virtual void forward(RowRange rows, const StepContext<T>& step) = 0;
  // Computes the previous layer's gradient from this layer's.
  virtual void backward(RowRange rows, const StepContext<T>& step) = 0;
  // If true, all threads call reduce_forward() once the previous layer's output is complete for the whole batch, then
  // forward(); and reduce_backward() once this layer's gradient is complete, then backward(). Both end with a barrier.
  virtual bool reduces_batch() const { return false; }
  virtual void reduce_forward(Member&, std::size_t /*batch_rows*/, const StepContext<T>&) {}
  virtual void reduce_backward(Member&, std::size_t /*batch_rows*/, const StepContext<T>&) {}
  virtual void reserve(Scratch<T>&) const {}
  // Finds the units and rows that zero weights make inactive. Before a run of steps, outside the parallel region.
  virtual void prune(const KernelTable<T>&, const Parameters<T>&) {}
  // If this layer ends with relu: its output, and the caller applies the derivative, output > 0, as it writes this
  // layer's gradient. Else null.
  virtual const Activations<T>* relu_mask() { return nullptr; }

  Activations<T> output;
  Activations<T> gradient;  // empty for the input, and for layers without weights below them
  ActiveColumns<T> active;  // the columns that output and gradient hold
  std::optional<ActivityRows<T>> activity;

  // value_activity() follows forward(); add_activity() precedes reduce_backward() and backward().
  void value_activity(RowRange rows, const StepContext<T>& step) {
    for (std::size_t r = rows.first; activity && r < rows.last; ++r)
      activity->values[r] = activity_value<T>(step.k, activity->penalty, output.cols, output.view(r));
  }
  void add_activity(RowRange rows, const StepContext<T>& step) {
    if (activity && gradient.cols)
      add_activity_gradient<T>(step.k, activity->penalty, step.inverse_rows, rows.count(), output.cols,
                               output.view(rows.first), gradient.view(rows.first));
  }
};

// The rows of the batch.
template <class T> class InputRun final : public LayerRun<T> {
 public:
  InputRun(std::size_t rows, std::size_t cols) {
    this->output = Activations<T>(rows, cols, Layout::kPanels);
    this->active = ActiveColumns<T>(cols, kernels<T>().lanes);
  }
  void forward(RowRange, const StepContext<T>&) override {}
  void backward(RowRange, const StepContext<T>&) override {}
};

}  // namespace proxnet
