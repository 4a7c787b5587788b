// The first half of a step. Layers that reduce over the batch begin a new segment; all threads meet between segments.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "layers/layer_run.h"

namespace proxnet {

template <class T> class Stages {
 public:
  // Enough rows to pay for transposing the weights, few enough to poll in between.
  static constexpr std::size_t kBlockRows = 1024;

  void add(LayerRun<T>& run) {
    if (segments_.empty() || run.reduces_batch()) segments_.emplace_back();
    segments_.back().push_back(&run);
  }

  // One thread's rows: load(block), forward, loss(block) and, with `backward`, back to the first layer, block by block.
  template <class Load, class Loss>
  void run(Member& member, RowRange rows, std::size_t batch_rows, const StepContext<T>& step, Load&& load, Loss&& loss,
           bool backward = true) const {
    const std::size_t last = segments_.size() - 1;
    for (std::size_t s = 0; s <= last; ++s) {
      const Segment& segment = segments_[s];
      if (s > 0) {
        member.barrier();
        segment.front()->reduce_forward(member, batch_rows, step);
      }
      in_blocks(rows, step, [&](RowRange block) {
        if (s == 0) load(block);
        for (LayerRun<T>* run : segment) run->forward(block, step), run->value_activity(block, step);
        if (s < last) return;
        loss(block);
        if (backward) back(segment, block, step);
      });
    }
    for (std::size_t s = last; backward && s > 0; --s) {
      member.barrier();
      segments_[s].front()->reduce_backward(member, batch_rows, step);
      in_blocks(rows, step, [&](RowRange block) {
        segments_[s].front()->backward(block, step);
        back(segments_[s - 1], block, step, s > 1);
      });
    }
  }

 private:
  using Segment = std::vector<LayerRun<T>*>;

  // The layers of a segment from last to first. With `reduces_batch` the first needs reduce_backward() before
  // backward().
  static void back(const Segment& segment, RowRange rows, const StepContext<T>& step, bool reduces_batch = true) {
    for (std::size_t i = segment.size(); i-- > 0;) {
      segment[i]->add_activity(rows, step);
      if (i > 0 || !reduces_batch) segment[i]->backward(rows, step);
    }
  }
  template <class F> static void in_blocks(RowRange rows, const StepContext<T>& step, F&& f) {
    for (std::size_t first = rows.first; first < rows.last; first += kBlockRows) {
      f(RowRange{first, std::min(first + kBlockRows, rows.last)});
      step.pause(step.pause_context);
    }
  }
  std::vector<Segment> segments_;
};

}  // namespace proxnet
