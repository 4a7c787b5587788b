// A layer at work on one batch: its output and gradient buffers, forward and backward on a range of rows.
// Rows are independent, but for layers that gather sums over the whole batch: a thread takes its rows from one of those
// to the next, or through all layers and back, without waiting for the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "layers/activity.h"
#include "layers/parameters.h"
#include "ops/activations.h"
#include "ops/kept_columns.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"

namespace proxnet {

struct RowRange {
  std::size_t first = 0, last = 0;
  std::size_t count() const { return last - first; }
};

// A thread's own memory, as large as the layer that needs most.
template <class T> struct Scratch {
  Buffer<T> panel;
  std::vector<GemmStep> steps;
};

// What a step tells its layers. `pause` is to be called between pieces of long work.
template <class T> struct StepContext {
  const KernelTable<T>& k;
  const Parameters<T>& parameters;
  std::uint64_t dropout_key = 0;
  std::uint64_t first_position = 0;  // of the batch's first row in the order of the epoch
  Scratch<T>* scratch = nullptr;     // this thread's
  void (*pause)(void*) = nullptr;
  void* pause_context = nullptr;
  T row_share = 1;  // 1 / rows of the batch
  std::uint64_t epoch = 0;
};

template <class T> class LayerRun {
 public:
  virtual ~LayerRun() = default;
  virtual void forward(RowRange rows, const StepContext<T>& step) = 0;
  // From this layer's gradient to the previous layer's.
  virtual void backward(RowRange rows, const StepContext<T>& step) = 0;
  // Where true, all threads call gather_forward when they are done with the layer before for the whole batch, then
  // forward; and on the way back gather_backward, when this layer's gradient is whole, then backward. Both end with a
  // barrier.
  virtual bool gathers() const { return false; }
  virtual void gather_forward(Member&, std::size_t /*batch_rows*/, const StepContext<T>&) {}
  virtual void gather_backward(Member&, std::size_t /*batch_rows*/, const StepContext<T>&) {}
  virtual void reserve(Scratch<T>&) const {}
  // Before a run of steps, between regions: finds what of it the weights as they are make superfluous.
  virtual void plan(const KernelTable<T>&, const Parameters<T>&) {}
  // Where the derivative of relu can be applied by whoever writes this layer's gradient: its output, else null. Asking
  // is a promise to do so.
  virtual const Activations<T>* take_gate() { return nullptr; }

  Activations<T> output;
  Activations<T> gradient;  // empty where nobody needs it: the input, and what stands on it without weights
  KeptColumns<T> kept;      // how columns lie in both
  std::optional<ActivityRows<T>> activity;

  // After forward(), and before gather_backward() and backward().
  void value_activity(RowRange rows, const StepContext<T>& step) {
    for (std::size_t r = rows.first; activity && r < rows.last; ++r)
      activity->values[r] = activity_value<T>(step.k, activity->penalty, output.cols, output.view(r));
  }
  void add_activity(RowRange rows, const StepContext<T>& step) {
    if (activity && gradient.cols)
      add_activity_gradient<T>(step.k, activity->penalty, step.row_share, rows.count(), output.cols,
                               output.view(rows.first), gradient.view(rows.first));
  }
};

// The rows of the batch themselves.
template <class T> class InputRun final : public LayerRun<T> {
 public:
  InputRun(std::size_t rows, std::size_t cols) {
    this->output = Activations<T>(rows, cols, Layout::kPanels);
    this->kept = KeptColumns<T>(cols, kernels<T>().lanes);
  }
  void forward(RowRange, const StepContext<T>&) override {}
  void backward(RowRange, const StepContext<T>&) override {}
};

}  // namespace proxnet
